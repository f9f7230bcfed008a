namespace PeftIntegrations.Data;

internal sealed partial class Parser
{
    private int _loops;

    private Jump ParseJump(Flow flow)
    {
        var token = _tokens.Next();
        return _loops > 0 ? new(flow) : throw Fault.Syntax($"'{token.Text}' outside loop", token.Line);
    }

    private ChatTemplateException UnknownTag(Token tag)
    {
        _tags.Pop();
        return Unclosed(tag.Text);
    }

    // What Jinja says of a tag that it does not know, or of the end of the template.
    private ChatTemplateException Unclosed(string? name)
    {
        var reason = name is null ? "Unexpected end of template." : $"Encountered unknown tag {Text.Quoted(name)}.";
        if (_ends.TryPeek(out var wanted))
        {
            var tags = string.Join(" or ", wanted.Select(Text.Quoted));
            reason += name is not null && _ends.Any(ends => ends.Contains(name))
                ? $" You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for {tags}."
                : $" Jinja was looking for the following tags: {tags}.";
        }

        if (_tags.TryPeek(out var innermost)) reason += $" The innermost block that needs to be closed is {Text.Quoted(innermost)}.";
        return Fault.Syntax(reason, _tokens.Current.Line);
    }
}
