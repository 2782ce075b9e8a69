/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.types;

/**
 * A record whose instances can be combined into one, such as counters that are added. The accessor of a per-CPU map with such records
 * also returns the combination of all CPUs:
 *
 * <pre>{@code
 * @InnerMap(type = InnerType.PERCPU_HASH, maxEntries = 4096) record Flow(@Key @U32 long id, @U64 long packets) implements Reducible<Flow> {
 *     public Flow combine(Flow other) { return new Flow(id, packets + other.packets); } } }</pre>
 *
 * @param <E> the record itself
 */
@FunctionalInterface
public interface Reducible<E> {
    /**
     * Combines this record with the record of another CPU for the same key. Accessors combine the records in the order of the CPU numbers.
     *
     * @param other the record of the next CPU
     * @return the combination
     */
    E combine(E other);
}
