/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/** A struct in one entry of the previous version. Its components have their names in C. */
public interface OldValue {
    /**
     * Returns a number, an enum's constant or a {@code bool}.
     *
     * @param component {@code packets}, or {@code peer.port} for a component of a nested struct; empty if the old value was not a
     *     struct
     * @return the number; unsigned numbers of 64 bits are returned as their bits
     * @throws IllegalArgumentException if there is no such component, or if it is not a number of at most 64 bits
     */
    long number(String component);

    /**
     * Returns the bytes of any component but a bit-field.
     *
     * @param component {@code packets}, or {@code peer.port} for a component of a nested struct; empty if the old value was not a
     *     struct
     * @return the bytes as they are in the map
     * @throws IllegalArgumentException if there is no such component
     */
    byte[] bytes(String component);
}
