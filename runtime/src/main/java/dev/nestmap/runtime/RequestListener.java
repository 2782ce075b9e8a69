/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/**
 * Is told what a {@link RequestServer} does, on the server's thread or, where {@link RequestServer#serve} is called, on the
 * caller's. What it throws is logged.
 *
 * @param <K> type of the keys
 * @param <M> a borrowed handle to an inner map
 */
@FunctionalInterface
public interface RequestListener<K, M> {
    /**
     * Keys that had no inner map have one. While this runs, others can't change what is at the keys, so it must not wait for
     * them. It may change that itself, but not what is at other keys ({@link IllegalStateException}). The requests end when it
     * returns. Whoever keeps accounts across crashes notes the counts here with the inner maps' {@code id()}, by which what was
     * told twice is known.
     */
    void served(Served<K> served);

    /**
     * Fills a new inner map before programs can see it. When this throws, the key gets no inner map for now.
     *
     * @param empty valid at least until this returns
     */
    default void fill(K key, M empty) {}

    /**
     * Something failed: for a key, which is tried again in a second and goes on being counted, or for all. It is logged
     * besides.
     */
    default void failed(RuntimeException failure) {}
}
