using System.Text;

namespace PeftIntegrations.Data;

/// <summary>A part of a template that has a value.</summary>
internal abstract class Expression
{
    public abstract object? Evaluate(Scope scope);
}

internal sealed class Constant(object? value) : Expression
{
    public object? Value => value;

    public override object? Evaluate(Scope scope) => value;
}

internal sealed class Variable(string name) : Expression
{
    public string Name => name;

    public override object? Evaluate(Scope scope) => scope.Get(name);
}

internal sealed class ListExpression(Expression[] items, bool isTuple) : Expression
{
    public Expression[] Parts => items;

    public bool IsTuple => isTuple;

    public override object? Evaluate(Scope scope)
    {
        Meter.Guard();
        scope.Meter.Step(items.Length);
        object?[] values = [.. items.Select(item => item.Evaluate(scope))];
        return isTuple ? new TupleValue(values) : new ListValue(values);
    }
}

internal sealed class DictExpression((Expression Key, Expression Value)[] pairs) : Expression
{
    public override object? Evaluate(Scope scope)
    {
        Meter.Guard();
        scope.Meter.Step(pairs.Length);
        var dict = new DictValue();
        foreach (var (key, value) in pairs) dict[key.Evaluate(scope)] = value.Evaluate(scope);
        return dict;
    }
}

internal sealed class Conditional(Expression test, Expression then, Expression? otherwise, int line) : Expression
{
    public override object? Evaluate(Scope scope)
    {
        Meter.Guard();
        if (Types.IsTrue(test.Evaluate(scope))) return then.Evaluate(scope);
        return otherwise is not null ? otherwise.Evaluate(scope) : new Undefined(
            $"the inline if-expression on line {line} evaluated to false and no else section was defined.");
    }
}

internal sealed class Not(Expression value) : Expression
{
    public override object? Evaluate(Scope scope)
    {
        Meter.Guard();
        return !Types.IsTrue(value.Evaluate(scope));
    }
}

internal sealed class Signed(Expression value, bool isNegative) : Expression
{
    public override object? Evaluate(Scope scope)
    {
        Meter.Guard();
        return isNegative ? Arithmetic.Negate(value.Evaluate(scope)) : Arithmetic.Plus(value.Evaluate(scope));
    }
}

/// <summary><c>and</c> and <c>or</c>, which give one of the two values.</summary>
internal sealed class Either(Expression left, Expression right, bool isOr) : Expression
{
    public override object? Evaluate(Scope scope)
    {
        Meter.Guard();
        var value = left.Evaluate(scope);
        return Types.IsTrue(value) == isOr ? value : right.Evaluate(scope);
    }
}

internal sealed class Binary(string sign, Expression left, Expression right) : Expression
{
    public override object? Evaluate(Scope scope)
    {
        Meter.Guard();
        scope.Meter.Step();
        return Arithmetic.Apply(sign, left.Evaluate(scope), right.Evaluate(scope), scope.Meter);
    }
}

internal sealed class Concatenation(Expression[] parts) : Expression
{
    public override object? Evaluate(Scope scope)
    {
        Meter.Guard();
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            var piece = Text.Of(part.Evaluate(scope), scope.Meter);
            scope.Meter.Grow(text.Length, piece.Length);
            text.Append(piece);
        }

        return text.ToString();
    }
}

/// <summary><c>a &lt; b == c</c>: each neighbours' comparison must hold.</summary>
internal sealed class Comparison(Expression first, (string Sign, Expression Value)[] others) : Expression
{
    public override object? Evaluate(Scope scope)
    {
        Meter.Guard();
        scope.Meter.Step();
        var left = first.Evaluate(scope);
        foreach (var (sign, expression) in others)
        {
            var right = expression.Evaluate(scope);
            var holds = sign switch
            {
                "in" => Items.Contains(right, left, scope.Meter),
                "not in" => !Items.Contains(right, left, scope.Meter),
                _ => Ordering.Holds(sign, left, right, scope.Meter),
            };
            if (!holds) return false;
            left = right;
        }

        return true;
    }
}

internal sealed class Field(Expression of, string name) : Expression
{
    public Expression Of => of;

    public string Name => name;

    public override object? Evaluate(Scope scope)
    {
        Meter.Guard();
        return Attributes.Of(of.Evaluate(scope), name, scope.Rendering);
    }
}

internal sealed class Element(Expression of, Expression key) : Expression
{
    public override object? Evaluate(Scope scope)
    {
        Meter.Guard();
        return Items.Get(of.Evaluate(scope), key.Evaluate(scope), scope.Rendering);
    }
}

internal sealed class Slice(Expression of, Expression? start, Expression? stop, Expression? step) : Expression
{
    public override object? Evaluate(Scope scope)
    {
        Meter.Guard();
        return Items.Slice(of.Evaluate(scope), start?.Evaluate(scope), stop?.Evaluate(scope), step?.Evaluate(scope), scope.Meter);
    }
}
