namespace Assistant.Basics;

/// <summary>A guess at the number of model tokens in a text: 3.5 characters each, rounded up, as the benchmarks count.</summary>
public static class TokenEstimate
{
    public const double CharactersPerToken = 3.5;

    public static int Of(int characters) => (int)Math.Ceiling(characters / CharactersPerToken);
}
