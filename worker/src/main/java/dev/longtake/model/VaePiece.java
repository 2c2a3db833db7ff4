package dev.longtake.model;

/** Latent frames that go through the VAE at once: {@code count} of them from {@code first} on. */
record VaePiece(int first, int count) {}
