/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.BackendOperations;
import dev.nestmap.runtime.pin.MapDeclaration;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * The declaration of an outer map by a record. It can also create the map without an object.
 *
 * @param <M> type of borrowed handles to the map
 * @param <O> type of handles to the map that the caller owns
 */
public final class DeclaredOuterMap<M extends MapAccessor, O extends MapAccessor & OwnedMap> extends DeclaredMap<M, O>
        implements MapDeclaration.Outer {
    /**
     * Creates a declaration. Generated code calls it.
     *
     * @param spec the object whose records declare the map
     * @param name name of the map in C
     * @param borrowed creates a borrowed handle
     * @param owned creates a handle that the caller owns
     */
    public DeclaredOuterMap(
            ObjectSpec spec, String name, Function<MapBinding, M> borrowed, Function<MapBinding, O> owned) {
        super(spec, name, borrowed, owned);
    }

    /**
     * Creates an empty outer map that belongs to no object.
     *
     * @return a handle that the caller owns
     * @throws BpfException if the kernel rejects the operation
     */
    public O create() {
        return own(() -> BackendOperations.create(spec.resources(), name(), null, PinOptions.defaults()));
    }

    /**
     * Creates an empty outer map and pins it at a path, so that other processes and objects can open it.
     *
     * @param pin path of the pin
     * @return a handle that the caller owns
     * @throws BpfException if something is already pinned there, or if the kernel rejects the operation
     */
    public O create(Path pin) {
        return create(pin, PinOptions.defaults());
    }

    /**
     * Creates an empty outer map and pins it at a path. See {@link #create(Path)}.
     *
     * @param pin path of the pin
     * @param options permissions and owner of the new pin
     * @return a handle that the caller owns
     * @throws BpfException if something is already pinned there, or if the kernel rejects the operation
     */
    public O create(Path pin, PinOptions options) {
        return own(() -> BackendOperations.create(spec.resources(), name(), spec.pin(name(), pin), options));
    }
}
