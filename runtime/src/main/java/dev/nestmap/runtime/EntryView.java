/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.internal.memory.Alignment;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.internal.open.EntryBatchReader;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.util.Collection;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the components of one entry from its bytes, without creating a record, so that reads allocate no memory for each entry. Generated
 * code has a subclass for each record, with a method for each component: {@code view.packets()} of a {@code FlowMap.View}. If a component is
 * a record, its method returns a {@link StructView}. For other objects, such as an address or a list, the method creates the object at each
 * call.
 *
 * <p>After {@code get}, {@code poll} or {@code peek} has returned true, the view shows the entry until its next read. A method with an action
 * shows each entry until the action returns. At all other times, the view's methods throw an {@link IllegalStateException}. A view can read
 * any number of entries, from any map with the same record. Only one thread may use it at a time.
 *
 * @param <E> type of the entries
 */
public abstract class EntryView<E> {
    private final int valueSize;
    private final EntryText text;

    /** Memory for an entry that is read by its key. */
    private @Nullable OffHeapBlock own;

    /** The bytes of the last entry; null if there was none, or if the bytes have changed since. */
    private @Nullable MappedByteBuffer bytes;

    /**
     * Whether the view has an entry. This is a separate field, because most entries are in the same memory as the previous entry. With a
     * garbage collector such as G1, a write of {@link #bytes} can take as long as reading the entry.
     */
    private boolean hasEntry;

    private int keyAt;
    private int valueAt;

    /** Where the values of all CPUs begin and end, for a per-CPU map. */
    private int valuesAt;

    private int valuesEnd;

    private interface EntryText {
        String of(ByteBuffer bytes, int keyAt, int valueAt);
    }

    /**
     * Creates a view of entries with a key. Generated code calls it.
     *
     * @param codec converts bytes to entries; for a per-CPU map, to the record of one CPU
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
        MappedByteBuffer shown = bytes;
        if (!hasEntry || shown == null) {
            throw new IllegalStateException(component
                    + " can't be read: the view has no entry. A view has an entry after a read by key has returned true, and in an action "
                    + "until the action returns");
        }
        return shown;
    }

    /**
     * Locates a component of the key. Generated code calls it.
     *
     * @param offset offset from the start of the key, in bytes
     * @return the offset in the bytes that contain the entry
     */
    protected final int key(int offset) {
        return keyAt + offset;
    }

    /**
     * Locates a component of the value. Generated code calls it.
     *
     * @param offset offset from the start of the value, in bytes
     * @return the offset in the bytes that contain the entry
     */
    protected final int value(int offset) {
        return valueAt + offset;
    }

    /**
     * Returns the place of a component of the key that has a view of its own. Generated code calls it.
     *
     * @param offset offset from the start of the key, in bytes
     * @return the place of the component, for the constructor of its view; valid for all entries that this view shows
     */
    protected final StructView inKey(int offset) {
        return new StructView(this, /* inKey */ true, offset);
    }

    /**
     * Returns the place of a component of the value that has a view of its own. Generated code calls it.
     *
     * @param offset offset from the start of the value, in bytes
     * @return the place of the component, for the constructor of its view; valid for all entries that this view shows
     */
    protected final StructView inValue(int offset) {
        return new StructView(this, /* inKey */ false, offset);
    }

    /**
     * Selects the value of one CPU. Generated code calls it.
     *
     * @param index position of the CPU among the possible CPUs, from 0
     * @throws IndexOutOfBoundsException if the entry has no such value
     */
    protected final void select(int index) {
        bytes("the value of a CPU");
        int stride = Alignment.align(valueSize);
        valueAt = valuesAt + Objects.checkIndex(index, (valuesEnd - valuesAt) / stride) * stride;
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

    /** Shows an entry; for a per-CPU map, the value of the first CPU. */
    @SuppressWarnings("ReferenceEquality") // equals would compare the bytes
    final void show(MappedByteBuffer memory, int key, int value, int valueBytes) {
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
     * Shows another entry without a key after {@link #show}, usually in the same memory. In a loop, this lets the JIT load the memory's
     * address and bounds only once.
     */
    @SuppressWarnings("ReferenceEquality") // equals would compare the bytes
    final void move(MappedByteBuffer memory, int value) {
        if (bytes != memory) {
            bytes = memory;
        }
        hasEntry = true; // the action may have used the view for another read
        valueAt = value;
    }

    /** Shows the entries of several keys to an action, in the order of the keys. */
    final <Q> void showEach(
            EntryBatchReader<Q, ?> reader, Collection<? extends Q> keys, int valueBytes, Consumer<? super Q> action) {
        try {
            reader.forEachFound(keys, (key, memory, entryKeyAt, entryValueAt) -> {
                show(memory, entryKeyAt, entryValueAt, valueBytes);
                action.accept(key);
            });
        } finally {
            hide();
        }
    }

    /** Ends the view of an entry. */
    final void hide() {
        hasEntry = false;
        bytes = null;
    }

    /**
     * {@return the entry's record as a string; a short explanation if the view has no entry, or if the bytes are not a valid value of the
     * record}
     */
    @Override
    public final String toString() {
        MappedByteBuffer shown = bytes;
        if (!hasEntry || shown == null) {
            return "no entry";
        }
        try {
            return text.of(shown, keyAt, valueAt);
        } catch (RuntimeException e) { // debuggers and logs call this method
            return "an entry that can't be read: " + e.getMessage();
        }
    }
}
