/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.codec.EntryCodec;
import java.util.List;

/** The map of an accessor. Generated code only passes it on to the accessor's constructor. */
public interface MapBinding {
    /**
     * Returns the codec of the entries of a per-CPU map.
     *
     * @param codec converts one CPU's records to bytes and back
     * @param <K> type of the keys
     * @param <E> type of one CPU's records
     * @return a codec of lists with one record for each CPU
     */
    <K, E> EntryCodec<K, List<E>> perCpu(EntryCodec<K, E> codec);

    /**
     * Returns the codec of the entries of per-CPU inner maps.
     *
     * @param codec converts one CPU's records to bytes and back
     * @param <K> type of the inner maps' keys
     * @param <E> type of one CPU's records
     * @return a codec of lists with one record for each CPU
     */
    <K, E> EntryCodec<K, List<E>> innerPerCpu(EntryCodec<K, E> codec);
}
