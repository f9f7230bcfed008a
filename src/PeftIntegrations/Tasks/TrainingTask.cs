using System.Reflection;

namespace PeftIntegrations;

/// <summary>What one kind of data teaches one kind of head. A file in this folder is all it takes to be found.</summary>
/// <param name="data">The type of the data.</param>
/// <param name="head">Hugging Face's name of the head's task.</param>
/// <param name="remedy">How to load a model with such a head.</param>
internal abstract class TrainingTask(Type data, string head, string remedy)
{
    private static readonly TrainingTask[] All =
    [
        .. typeof(TrainingTask).Assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(TrainingTask)) && !type.IsAbstract)
            .Select(type => (TrainingTask)Activator.CreateInstance(type, BindingFlags.Instance | BindingFlags.Public, null, null, null)!),
    ];

    /// <summary>What is minimised, unless asked otherwise.</summary>
    public abstract Objective Objective { get; }

    /// <summary>The task of these data on this model.</summary>
    /// <exception cref="InvalidOperationException">The model's head learns nothing from them; the message says which would.</exception>
    public static TrainingTask Of(IExamples data, PretrainedModel model)
    {
        var name = model.Head.TaskType;
        var ofData = All.Where(task => task.Data.IsInstanceOfType(data)).ToArray();
        if (ofData.Length == 0)
        {
            var known = All.Select(task => task.Data.Name).Distinct().Order();
            throw new ArgumentException($"Nothing is learnt from {data.GetType().Name}. Give {string.Join(", ", known)}.", nameof(data));
        }

        return ofData.FirstOrDefault(task => task.Head == name) ?? throw new InvalidOperationException(
            $"This model's head is for {name}, and {data.GetType().Name} teach {string.Join(" or ", ofData.Select(task => task.Head))}. " +
            $"{string.Join(" Or: ", ofData.Select(task => task.Remedy))} {Alternative(name)}");
    }

    /// <summary>The data as rows to train on.</summary>
    /// <param name="data">The data.</param>
    /// <param name="model">The model that learns.</param>
    /// <param name="options">How.</param>
    /// <param name="judges">Whether the rows judge, and are not learnt.</param>
    /// <exception cref="ArgumentException">The data do not fit the model, or cannot be learnt from.</exception>
    public abstract ITrainingRows Rows(IExamples data, PeftModel model, TrainingOptions options, bool judges);

    private static string Alternative(string head)
    {
        string[] names = [.. All.Where(task => task.Head == head).Select(task => task.Data.Name).Order(StringComparer.Ordinal)];
        return names.Length == 0 ? "Nothing teaches this head yet." : $"This head learns from {string.Join(", ", names)}.";
    }

    private Type Data { get; } = data;

    private string Head { get; } = head;

    private string Remedy { get; } = remedy;
}

/// <summary>A task of data of type <typeparamref name="T"/>.</summary>
internal abstract class TrainingTask<T>(string head, string remedy) : TrainingTask(typeof(T), head, remedy)
    where T : IExamples
{
    public sealed override ITrainingRows Rows(IExamples data, PeftModel model, TrainingOptions options, bool judges) => data is T fitting
        ? Rows(fitting, model, options, judges)
        : throw new ArgumentException(
            $"{nameof(options.Validation)} is {data.GetType().Name}, and what is learnt {typeof(T).Name}. Give data of that type.");

    protected abstract ITrainingRows Rows(T data, PeftModel model, TrainingOptions options, bool judges);
}
