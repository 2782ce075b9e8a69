/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import java.nio.ByteBuffer;

/**
 * Reads the components of a record that is a component of an entry, from the entry that an {@link EntryView} shows. Generated code has a
 * subclass for each such record, with a method for each component. It reads whatever entry the view shows at the time of the call.
 */
public abstract class StructView {
    private final EntryView<?> entry;
    private final boolean inKey;
    private final int offset;

    /**
     * Creates a view. Generated code calls it.
     *
     * @param entry the view that shows the entry
     * @param inKey whether the record is in the key of the entry, and not in the value
     * @param offset offset from the start of the key or value, in bytes
     */
    protected StructView(EntryView<?> entry, boolean inKey, int offset) {
        this.entry = entry;
        this.inKey = inKey;
        this.offset = offset;
    }

    /**
     * Creates a view of a record in a record. Generated code calls it.
     *
     * @param outer the view of the other record
     * @param offset offset from the start of the other record, in bytes
     */
    protected StructView(StructView outer, int offset) {
        this(outer.entry, outer.inKey, outer.offset + offset);
    }

    /**
     * Returns the bytes that contain the entry. Generated code calls it.
     *
     * @param component the component to be read, for messages
     * @return the bytes
     * @throws IllegalStateException if the view has no entry
     */
    protected final ByteBuffer bytes(String component) {
        return entry.bytes(component);
    }

    /**
     * Returns a place in the record. Generated code calls it.
     *
     * @param at offset from the start of the record, in bytes
     * @return the offset in the bytes that contain the entry
     */
    protected final int value(int at) {
        return inKey ? entry.key(offset + at) : entry.value(offset + at);
    }
}
