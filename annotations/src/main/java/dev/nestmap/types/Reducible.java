/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

/**
 * A record of which two instances can be combined into one. For maps with a value for each CPU, the accessors of such a record
 * also return the combination of all values:
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
    /**
     * Combines this record with another one of the same key. Accessors combine CPUs in the order of their numbers.
     *
     * @param other the record of the next CPU
     * @return the combination
     */
    E combine(E other);
}
