/**
 * The replicated latent store, on Hazelcast. The only package that imports Hazelcast: nobody else
 * can come to rely on it for a decision.
 */
@NullMarked
package dev.longtake.latent.hazelcast;

import org.jspecify.annotations.NullMarked;
