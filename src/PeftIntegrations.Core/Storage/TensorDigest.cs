using System.Security.Cryptography;
using System.Text;

namespace PeftIntegrations.Core;

/// <summary>SHA-256 over tensors: one changed bit shows.</summary>
public static class TensorDigest
{
    /// <summary>The digest of names, types, shapes and bytes, in lower-case hexadecimal; the order of the tensors is no matter.</summary>
    /// <param name="tensors">Tensors of any device and layout, by name.</param>
    /// <param name="text">What else it stands for.</param>
    public static string Of(IEnumerable<KeyValuePair<string, Tensor>> tensors, string text = "")
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        foreach (var (name, tensor) in tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{name} {tensor.dtype} [{string.Join(", ", tensor.shape)}]\n"));
            using var scope = NewDisposeScope(); // copies of one tensor
            TensorBytes.Visit(tensor.detach().cpu().contiguous(), (bytes, _) => hash.AppendData(bytes));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
