namespace PeftIntegrations.Core;

/// <summary>What a site does in its model: how methods name places without knowing an architecture.</summary>
public enum Role
{
    /// <summary>Token embedding.</summary>
    Embedding,

    /// <summary>Embedding of positions or segments, added to the tokens'.</summary>
    Position,

    /// <summary>Query projection of attention.</summary>
    Query,

    /// <summary>Key projection of attention.</summary>
    Key,

    /// <summary>Value projection of attention.</summary>
    Value,

    /// <summary>Query, key and value in one projection.</summary>
    QueryKeyValue,

    /// <summary>Output projection of attention.</summary>
    Output,

    /// <summary>Gate projection of a gated MLP.</summary>
    Gate,

    /// <summary>Up projection of an MLP.</summary>
    Up,

    /// <summary>Gate and up in one projection.</summary>
    GateUp,

    /// <summary>Down projection of an MLP.</summary>
    Down,

    /// <summary>A normalisation's gain and bias.</summary>
    Norm,

    /// <summary>The layer between an encoder's first token and its classifier.</summary>
    Pooler,

    /// <summary>The output layer: language-model head or classifier.</summary>
    Head,

    /// <summary>The whole attention block, from the normalised input to the output projection.</summary>
    AttentionBlock,

    /// <summary>The whole MLP block, from the normalised input to the down projection.</summary>
    MlpBlock,

    /// <summary>Where the MLP block's output joins the stream, the norm behind included where it follows at once.</summary>
    MlpSum,

    /// <summary>Attention proper: query, key and value in, weighted values out.</summary>
    AttentionCore,

    /// <summary>All layers, from the embeddings to the last norm.</summary>
    Stack,
}
