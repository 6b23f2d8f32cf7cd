namespace DbGate.Postgres;

/// <summary>What became of the search for a program in an image.</summary>
/// <param name="Image">Where it is; null when there is none.</param>
/// <param name="Version">Its version.</param>
/// <param name="Trouble">Why there is none.</param>
/// <param name="Remedy">What brings one; null when the image is here, and cannot be used.</param>
sealed record ImageSearch(ClientImage? Image, Version? Version, string Trouble, string? Remedy);
