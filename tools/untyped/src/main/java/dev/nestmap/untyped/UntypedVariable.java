/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.untyped;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.binding.Bindings;
import dev.nestmap.runtime.internal.load.GlobalField;
import dev.nestmap.runtime.internal.load.GlobalVariables;
import dev.nestmap.runtime.internal.load.LoadedState;

/**
 * A global variable of a loaded object, or a field of one, by its name in C. Its type comes from the object's BTF. An aligned number of up
 * to 8 bytes is read and written as a whole. A longer value is not: programs may write to it between the reads of two words.
 *
 * <p>The variable is valid until its object is closed. Afterwards every call throws {@link
 * dev.nestmap.runtime.error.InvalidHandleException}.
 */
public final class UntypedVariable {
    private final GlobalVariables globals;
    private final GlobalField field;

    private UntypedVariable(GlobalVariables globals, GlobalField field) {
        this.globals = globals;
        this.field = field;
    }

    /**
     * Finds a global variable by its name in C, even without a record.
     *
     * @param object the object
     * @param name name in C; for a field of a struct, followed by the name of the field: {@code config.max_pps}
     * @return the variable
     * @throws BpfException if the object has no such variable (the message lists its variables), or if the kernel can't share the memory of
     *     its section
     */
    public static UntypedVariable of(LoadedObject object, String name) {
        LoadedState state = Bindings.ofObject(object).state();
        GlobalField field = state.global(name);
        if (!field.isConstant()) {
            state.globals().share(field.place()); // reports here that the kernel can't
        }
        return new UntypedVariable(state.globals(), field);
    }

    /** {@return the name in C: {@code packets}, {@code config.max_pps}} */
    public String name() {
        return field.name();
    }

    /** {@return whether this is a constant, which nobody can change after the load} */
    public boolean isConstant() {
        return field.isConstant();
    }

    /**
     * Reads a number, a {@code bool} (0 or 1) or an enum.
     *
     * @return the value; for an unsigned variable of 8 bytes, its 64 bits
     * @throws IllegalArgumentException if the variable has another type
     */
    public long get() {
        return field.number(bytes());
    }

    /** {@return all bytes of the variable, in the byte order of this machine} */
    public byte[] bytes() {
        return globals.read(field);
    }

    /**
     * Writes a number, a {@code bool} or an enum.
     *
     * @param value the value
     * @throws IllegalArgumentException if the variable has another type, or if the value is out of its range
     * @throws BpfException if the variable is a constant
     */
    public void set(long value) {
        globals.write(field, field.bytes(value));
    }

    /**
     * Writes all bytes.
     *
     * @param value the bytes, in the byte order of this machine
     * @throws IllegalArgumentException if the variable has another size
     * @throws BpfException if the variable is a constant
     */
    public void set(byte[] value) {
        globals.write(field, field.bytes(value));
    }

    @Override
    public String toString() {
        return field.toString();
    }
}
