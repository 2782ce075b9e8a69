/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.handle.LeasedMemory;
import dev.nestmap.runtime.internal.handle.SharedVariable;
import dev.nestmap.runtime.internal.load.GlobalField;
import dev.nestmap.runtime.internal.load.LoadedState;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A global variable of a loaded object, or a field of one, by its name in C. Its type comes from the object's BTF. An aligned number of up
 * to 8 bytes is read and written as a whole. A longer value is not: programs may write to it between the reads of two words.
 *
 * <p>It is valid until its object is closed. Afterwards every call throws {@link dev.nestmap.runtime.error.InvalidHandleException}.
 */
public final class GlobalVariable {
    private final LoadedState object;
    private final GlobalField field;
    private final @Nullable SharedVariable shared;

    GlobalVariable(LoadedState object, String name) {
        this.object = object;
        this.field = object.global(name);
        this.shared = field.isConstant() ? null : object.share(field);
    }

    /** {@return the name in C: {@code packets}, {@code config.max_pps}} */
    public String name() {
        return field.name();
    }

    /** {@return whether it is a constant, which nobody can change after the load} */
    public boolean isConstant() {
        return shared == null;
    }

    /**
     * Reads a number, a {@code bool} (0 or 1) or an enum.
     *
     * @return the value; for an unsigned variable of 8 bytes its 64 bits
     * @throws IllegalArgumentException if the variable has another type
     */
    public long get() {
        return field.number(bytes());
    }

    /**
     * Reads an array of characters up to its first NUL, or an enum.
     *
     * @return the text in UTF-8; for an enum the name of the constant, or the number if no constant has this value
     * @throws IllegalArgumentException if the variable has another type
     */
    public String text() {
        return field.text(bytes());
    }

    /** {@return all bytes of the variable, in the byte order of this machine} */
    public byte[] bytes() {
        if (shared == null) {
            return object.read(field);
        }
        ByteBuffer copy = ByteBuffer.allocate(field.size()).order(ByteOrder.nativeOrder());
        LeasedMemory memory = shared.section();
        SharedWords.read(memory.bytes(), shared.offset(), copy, 0, field.size());
        memory.checkRead();
        return copy.array();
    }

    /**
     * Writes a number, a {@code bool} or an enum.
     *
     * @param value the value
     * @throws IllegalArgumentException if the variable has another type, or if the value is out of its range
     * @throws BpfException if the variable is a constant
     */
    public void set(long value) {
        write(field.bytes(value));
    }

    /**
     * Writes an array of characters, or an enum by the name of a constant.
     *
     * @param value the text, to which NULs are added
     * @throws IllegalArgumentException if the variable has another type, or if the text does not fit
     * @throws BpfException if the variable is a constant
     */
    public void set(String value) {
        write(field.bytes(value));
    }

    /**
     * Writes all bytes.
     *
     * @param value the bytes, in the byte order of this machine
     * @throws IllegalArgumentException if the variable has another size
     * @throws BpfException if the variable is a constant
     */
    public void set(byte[] value) {
        write(field.bytes(value));
    }

    private void write(byte[] value) {
        if (shared == null) {
            throw new BpfException(
                    "writing of global variable " + name(),
                    "it is a constant, which the kernel protects after the load: set it with global(...) between open and load");
        }
        ByteBuffer bytes = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        LeasedMemory memory = shared.section();
        memory.write(() -> SharedWords.write(bytes, 0, memory.bytes(), shared.offset(), value.length));
    }

    @Override
    public String toString() {
        return field.toString();
    }
}
