/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.LayoutFingerprint;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import java.nio.ByteBuffer;

/** Converts the bytes of entries of another version to the layout of the records, like a migration of pinned maps. */
public final class EntryConverter {
    private final String layout;
    private final EntryCopier copy;

    private EntryConverter(String layout, EntryCopier copy) {
        this.layout = layout;
        this.copy = copy;
    }

    /**
     * Plans the conversion.
     *
     * @param layoutText the text of {@link LayoutFingerprint#text} in the other version
     * @param records the schema of the records
     * @param outer the outer map in this schema
     * @throws IllegalArgumentException if it is no such text
     * @throws BpfException if the entries can't be converted; the message lists all reasons
     */
    public static EntryConverter of(String layoutText, Schema records, MapDef outer, Migration rules) {
        Schema old;
        try {
            old = SchemaText.parse(layoutText);
        } catch (SchemaFormatException e) {
            throw new IllegalArgumentException("the text of the layout: " + e.getMessage(), e);
        }
        MapDef oldOuter = old.map("outer")
                .orElseThrow(() -> new IllegalArgumentException("the text of the layout has no map \"outer\""));
        if (oldOuter.key() == null || !oldOuter.key().equals(outer.key())) {
            throw BpfException.of(Reason.MISMATCH, "migration")
                    .map(outer.name())
                    .because(
                            "the keys of the outer map have changed, so it is not known which slot an inner map was in")
                    .build();
        }
        EntryCopier copy = EntryCopier.of(old.innerOf(oldOuter), records.innerOf(outer), rules, records);
        return new EntryConverter(LayoutFingerprint.of(layoutText), copy);
    }

    /** The fingerprint of the other version. */
    public String layout() {
        return layout;
    }

    /** Returns the new key. Position and limit of the buffer are those of the old key. */
    public ByteBuffer key(ByteBuffer old) {
        return copy.key(old);
    }

    /** Returns the new value; of a per-CPU map, the values of all CPUs. Position and limit of the buffer are those of the old one. */
    public ByteBuffer value(ByteBuffer old) {
        return copy.value(old);
    }
}
