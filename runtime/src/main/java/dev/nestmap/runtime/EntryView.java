/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the components of one entry from its bytes, without a record. Reads that take a view allocate no memory for an entry. Generated code
 * has a subclass for each record, with a method for each component: {@code view.packets()} of a {@code FlowMap.View}. The method of a
 * component that is a record returns a {@link Struct}. The method of a component that is another object in Java, such as an address or a
 * list, makes this object at each call.
 *
 * <p>A view has an entry after a method that takes only keys and the view has returned true, until the next read with this view. A method
 * that takes an action shows each entry in turn, and the view has an entry only until the action returns. At other times its methods throw
 * an {@link IllegalStateException}. A view may be used for any number of reads, of any map with the same record, by one thread at a time.
 *
 * @param <E> type of the entries
 */
public abstract class EntryView<E> {
    private final int valueSize;
    private final EntryText text;

    /** Memory for an entry that is read by its key. */
    private @Nullable OffHeapBlock own;

    /** The bytes of the last entry; null if there was none, or if they are no longer its. */
    private @Nullable ByteBuffer bytes;

    /**
     * Whether the view has an entry. A field of its own: to write a reference, a garbage collector such as G1 can need as long as to read
     * the entry, and most entries are in the memory of the one before.
     */
    private boolean hasEntry;

    private int keyAt;
    private int valueAt;

    /** Where the values of all CPUs begin and end, if each CPU has a value of its own. */
    private int valuesAt;

    private int valuesEnd;

    private interface EntryText {
        String of(ByteBuffer bytes, int keyAt, int valueAt);
    }

    /**
     * Creates a view of entries with a key. Generated code calls it.
     *
     * @param codec converts entries from bytes; for a per-CPU map one CPU's records
     */
    protected EntryView(EntryCodec<?, ?> codec) {
        this.valueSize = codec.valueSize();
        this.text = textOf(codec);
    }

    /**
     * Creates a view of entries without a key. Generated code calls it.
     *
     * @param codec converts entries from bytes
     */
    protected EntryView(Codec<?> codec) {
        this.valueSize = codec.size();
        this.text = (from, key, value) -> String.valueOf(codec.read(from, value));
    }

    private static <K> EntryText textOf(EntryCodec<K, ?> codec) {
        return (from, key, value) -> String.valueOf(codec.read(codec.readKey(from, key), from, value));
    }

    // Generated subclasses have a method without parameters for each component, so all methods here have parameters.

    /**
     * Returns the bytes that contain the entry. Generated code calls it.
     *
     * @param component the component to be read, for messages
     * @return the bytes
     * @throws IllegalStateException if the view has no entry
     */
    protected final ByteBuffer bytes(String component) {
        ByteBuffer shown = bytes;
        if (!hasEntry || shown == null) {
            throw new IllegalStateException(
                    component + " can't be read: the view has no entry. It has one after a read by key has"
                            + " returned true, and while the action of a read with an action runs");
        }
        return shown;
    }

    /**
     * Returns a place in the key. Generated code calls it.
     *
     * @param offset offset from the start of the key, in bytes
     * @return the offset in the bytes that contain the entry
     */
    protected final int key(int offset) {
        return keyAt + offset;
    }

    /**
     * Returns a place in the value. Generated code calls it.
     *
     * @param offset offset from the start of the value, in bytes
     * @return the offset in the bytes that contain the entry
     */
    protected final int value(int offset) {
        return valueAt + offset;
    }

    /**
     * Returns a place in the key, for a view of a component. Generated code calls it.
     *
     * @param offset offset from the start of the key, in bytes
     * @return the place, in whatever entry the view shows
     */
    protected final Place inKey(int offset) {
        return new Place(this, /* inKey */ true, offset);
    }

    /**
     * Returns a place in the value, for a view of a component. Generated code calls it.
     *
     * @param offset offset from the start of the value, in bytes
     * @return the place, in whatever entry the view shows
     */
    protected final Place inValue(int offset) {
        return new Place(this, /* inKey */ false, offset);
    }

    /**
     * Selects the value of one CPU. Generated code calls it.
     *
     * @param cpu number of the CPU
     * @throws IndexOutOfBoundsException if there is no such CPU
     */
    protected final void select(int cpu) {
        bytes("the value of a CPU");
        int stride = Alignment.align(valueSize);
        valueAt = valuesAt + Objects.checkIndex(cpu, (valuesEnd - valuesAt) / stride) * stride;
    }

    /** Returns memory for the next entry. The view has no entry until {@link #show} is called. */
    final OffHeapBlock prepare(int size) {
        hasEntry = false;
        OffHeapBlock block = own;
        if (block == null || block.size() < size) {
            block = OffHeapBlock.allocate(size);
            own = block;
        }
        return block;
    }

    /** Shows an entry; if each CPU has a value, that of the first CPU. */
    @SuppressWarnings("ReferenceEquality") // equals would compare the bytes
    final void show(ByteBuffer memory, int key, int value, int valueBytes) {
        if (bytes != memory) {
            bytes = memory;
        }
        hasEntry = true;
        keyAt = key;
        valueAt = value;
        valuesAt = value;
        valuesEnd = value + valueBytes;
    }

    /**
     * Shows another entry without a key after {@link #show}, usually in the same memory. In a loop, the JIT then loads the memory's address
     * and bounds once.
     */
    @SuppressWarnings("ReferenceEquality") // equals would compare the bytes
    final void move(ByteBuffer memory, int value) {
        if (bytes != memory) {
            bytes = memory;
        }
        hasEntry = true; // the action may have used the view for another read
        valueAt = value;
    }

    /** Ends the view of an entry. */
    final void hide() {
        hasEntry = false;
        bytes = null;
    }

    /** {@return the entry's record as text; another text if there is no entry, or if no record can contain its bytes} */
    @Override
    public final String toString() {
        ByteBuffer shown = bytes;
        if (!hasEntry || shown == null) {
            return "no entry";
        }
        try {
            return text.of(shown, keyAt, valueAt);
        } catch (RuntimeException e) { // debuggers and logs call this method
            return "an entry that can't be read: " + e.getMessage();
        }
    }

    /** A place in the entries that a view shows. Generated code passes it on. */
    public static final class Place {
        private final EntryView<?> entry;
        private final boolean inKey;
        private final int offset;

        private Place(EntryView<?> entry, boolean inKey, int offset) {
            this.entry = entry;
            this.inKey = inKey;
            this.offset = offset;
        }
    }

    /**
     * Reads the components of a record that is a component of an entry, from the entry that an {@link EntryView} shows. Generated code has a
     * subclass for each such record, with a method for each component. It reads whatever entry the view shows at the time of the call.
     */
    public abstract static class Struct {
        private final EntryView<?> entry;
        private final boolean inKey;
        private final int offset;

        /**
         * Creates a view. Generated code calls it.
         *
         * @param place the place of the record
         */
        protected Struct(Place place) {
            this.entry = place.entry;
            this.inKey = place.inKey;
            this.offset = place.offset;
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

        /**
         * Returns a place in the record, for a view of a component. Generated code calls it.
         *
         * @param at offset from the start of the record, in bytes
         * @return the place, in whatever entry the view shows
         */
        protected final Place inValue(int at) {
            return new Place(entry, inKey, offset + at);
        }
    }
}
