/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.schema;

/**
 * What programs and user space can do with the entries of a map. Map types with the same structure have the same helpers for programs, the
 * same accessor, and the same class in memory. A switch over structures has no {@code default}, so the compiler finds what a new one needs.
 */
public enum MapStructure {
    /** A hash table: an entry exists only after somebody has put it there. */
    TABLE("HashAccessor", ""),
    /** An array: all entries exist from the start. */
    VALUES("ArrayAccessor", ""),
    /** Prefixes of keys. */
    TRIE("RemovableAccessor", ""),
    /** An outer map. */
    MAPS("OuterAccessor", MapStructure.OF_OTHERS),
    /** Elements that are pushed and popped. */
    ELEMENTS("QueueAccessor", "a read takes an element out of a %s"),
    /** Values without keys, which can only be added and tested. The kernel compares all bytes of a value. */
    SET("BloomFilterAccessor", "the kernel does not list the elements of a %s"),
    /** Entries that only the kernel writes. */
    TRACES("ReadableAccessor", MapStructure.OF_OTHERS),
    /** Settings of the kernel's own objects, by their numbers. */
    DEVICES("RemovableAccessor", MapStructure.OF_OTHERS),
    /** Files of a process: sockets, programs, control groups. */
    DESCRIPTORS("DescriptorAccessor", MapStructure.OF_OTHERS),
    /** A value for each socket, inode, task or control group. */
    STORAGE("StorageAccessor", MapStructure.OF_OTHERS),
    /** A stream of events, which programs write. */
    EVENTS("RingBufferAccessor", MapStructure.UNREAD),
    /** A stream of records, which user space writes. */
    REQUESTS("UserRingBufferAccessor", MapStructure.UNREAD),
    /** A stream of events for each CPU, or with a key the files of perf events. */
    PERF_EVENTS("PerfEventAccessor", MapStructure.UNREAD),
    /** Memory without entries. */
    PAGES("MapAccessor", MapStructure.OF_OTHERS),
    /** No record can declare such a map. */
    UNSUPPORTED("", MapStructure.OF_OTHERS);

    private static final String OF_OTHERS = "the entries of a %s belong to the kernel or to a process";
    private static final String UNREAD = "events that nobody has read stay in the old map";

    private final String accessor;
    private final String uncopied;

    MapStructure(String accessor, String uncopied) {
        this.accessor = accessor;
        this.uncopied = uncopied;
    }

    /** The name of the base class of generated accessors. */
    public String accessor() {
        return accessor;
    }

    /**
     * Why the entries of a map can't be copied to another map, with {@code %s} for the map type. Empty if they can: they are only bytes, and a
     * read leaves them in the map.
     */
    public String uncopied() {
        return uncopied;
    }
}
