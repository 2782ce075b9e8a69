/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.internal.cleanup.Undo;
import dev.nestmap.runtime.internal.load.LoadedState;
import dev.nestmap.schema.Schema;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The loaded or in-memory object of a generated class. Its maps match the records. Generated code gets the bindings of its accessors from
 * this class.
 */
@SuppressWarnings("exports") // members that only the runtime calls
public final class ObjectBinding {
    private final LoadedState state;
    private final Supplier<Schema> schema;

    private ObjectBinding(LoadedState state, Supplier<Schema> schema) {
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
    public static <T> T create(LoadedState state, Supplier<Schema> schema, Function<ObjectBinding, T> constructor) {
        try (Undo undo = new Undo(state::close)) {
            return undo.commit(constructor.apply(new ObjectBinding(state, schema)));
        }
    }

    /**
     * Returns the binding of a map for its accessor.
     *
     * @param name name of the map in C
     * @return the binding
     */
    public AccessorBinding map(String name) {
        return new AccessorBinding(name, state, schema);
    }

    /** {@return the loaded maps and programs, for the runtime} */
    public LoadedState state() {
        return state;
    }
}
