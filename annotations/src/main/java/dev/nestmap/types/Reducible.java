/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

/**
 * A record that knows how two of it become one. Where each CPU has a value of its own, accessors of such a record offer the
 * one that all of them make together:
 *
 * <pre>{@code
 * @InnerMap(type = InnerType.PERCPU_HASH, maxEntries = 4096)
 * record Flow(@Key @U32 long id, @U64 long packets) implements Reducible<Flow> {
 *     public Flow combine(Flow other) {
 *         return new Flow(id, packets + other.packets);
 *     }
 * }
 * }</pre>
 *
 * @param <E> the record itself
 */
@FunctionalInterface
public interface Reducible<E> {
    /** What this and another one, of the same key, are together. The order in which CPUs are combined is that of their numbers. */
    E combine(E other);
}
