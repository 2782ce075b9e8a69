/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.internal.load.LiveObject;
import dev.nestmap.schema.Schema;
import java.util.function.Supplier;

/** A loaded or in-memory object whose maps match their records. Generated classes are created from it. */
public final class BoundObject {
    private final LiveObject object;
    private final Supplier<Schema> schema;

    /**
     * Creates a bound object. The runtime calls it.
     *
     * @param object the loaded maps and programs
     * @param schema reads the maps and types that the records declare
     */
    public BoundObject(LiveObject object, Supplier<Schema> schema) {
        this.object = object;
        this.schema = schema;
    }

    /**
     * Returns the handle that an accessor is created from.
     *
     * @param name name of the map in C
     * @return the map
     */
    public MapHandle map(String name) {
        return new MapHandle(name, object, schema);
    }

    /**
     * Returns the handle that the accessor of a global variable is created from.
     *
     * @param name name of the variable in C
     * @return the variable
     * @throws dev.nestmap.runtime.error.BpfException if the kernel can't map its memory
     */
    public VariableHandle variable(String name) {
        return new VariableHandle(object.share(name));
    }

    /** {@return the loaded maps and programs, for the runtime} */
    public LiveObject object() {
        return object;
    }
}
