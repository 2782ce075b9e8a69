/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.internal.load.ObjectState;
import dev.nestmap.schema.Schema;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A loaded or in-memory object that a generated class is created from. Its maps match the records. Generated code asks it for the handles
 * of its accessors.
 */
@SuppressWarnings("exports") // members that only the runtime calls
public final class ObjectHandle {
    private final ObjectState state;
    private final Supplier<Schema> schema;

    private ObjectHandle(ObjectState state, Supplier<Schema> schema) {
        this.state = state;
        this.schema = schema;
    }

    /**
     * Creates an instance of a generated class. The runtime calls it.
     *
     * @param state the loaded maps and programs; closed if the constructor fails
     * @param schema reads the maps and types that the records declare
     * @param constructor creates the generated class
     * @param <T> the generated class
     * @return the instance
     */
    public static <T> T create(ObjectState state, Supplier<Schema> schema, Function<ObjectHandle, T> constructor) {
        try {
            return constructor.apply(new ObjectHandle(state, schema));
        } catch (Throwable e) { // even after an Error, nobody else would close the object
            state.close();
            throw e;
        }
    }

    /**
     * Returns the handle that an accessor is created from.
     *
     * @param name name of the map in C
     * @return the map
     */
    public MapHandle map(String name) {
        return new MapHandle(name, state, schema);
    }

    /**
     * Returns the handle that the accessor of a global variable is created from.
     *
     * @param name name of the variable in C
     * @return the variable
     * @throws dev.nestmap.runtime.error.BpfException if the kernel can't map its memory
     */
    public VariableHandle variable(String name) {
        return new VariableHandle(state.share(name));
    }

    /** {@return the loaded maps and programs, for the runtime} */
    public ObjectState state() {
        return state;
    }
}
