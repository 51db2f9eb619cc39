namespace Assistant.Basics;

/// <summary>Estimates the number of model tokens of a text: 3.5 UTF-16 units per token, rounded up, as in the benchmarks.</summary>
public static class TokenEstimate
{
    public const double CharactersPerToken = 3.5;

    public static int Of(int characters) => (int)Math.Ceiling(characters / CharactersPerToken);
}
