/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import java.nio.ByteBuffer;

/**
 * Reads a nested record from the entry that an {@link EntryView} shows at the time of the call. Generated code has a subclass for each
 * such record, with a method for each component.
 */
public class StructView {
    private final EntryView<?> entry;
    private final boolean inKey;
    private final int offset;

    // Generated subclasses have a method without parameters for each component, so all methods here have parameters.

    StructView(EntryView<?> entry, boolean inKey, int offset) {
        this.entry = entry;
        this.inKey = inKey;
        this.offset = offset;
    }

    /**
     * Creates a view with a method for each component. Generated code calls it.
     *
     * @param place where the record begins, from {@link #inValue} or {@link EntryView#inValue}
     */
    protected StructView(StructView place) {
        this(place.entry, place.inKey, place.offset);
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
     * Locates a component of the nested record. Generated code calls it.
     *
     * @param at offset from the start of the record, in bytes
     * @return the offset in the bytes that contain the entry
     */
    protected final int value(int at) {
        return inKey ? entry.key(offset + at) : entry.value(offset + at);
    }

    /**
     * Returns the place of a component of the nested record that has a view of its own. Generated code calls it.
     *
     * @param at offset from the start of the record, in bytes
     * @return the place of the component, for the constructor of its view; valid for all entries that this view shows
     */
    protected final StructView inValue(int at) {
        return new StructView(entry, inKey, offset + at);
    }
}
