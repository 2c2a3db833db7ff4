package dev.longtake.coordinator.story;

/** Marks what goes into the journal, as CBOR. */
interface Journaled {}
