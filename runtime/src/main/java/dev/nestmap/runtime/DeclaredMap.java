/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.BackendOperations;
import dev.nestmap.runtime.internal.load.BoundMap;
import dev.nestmap.runtime.internal.load.GeneratedClass;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.observe.OperationListeners;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The declaration of a map by a record. Opens the map by its pin or id without an object, or finds it in a loaded object ({@link
 * LoadedObject#map(DeclaredMap)}). Generated classes have a constant for each map: {@code TenantFlowsBpf.TENANT_MAP}.
 *
 * <p>A path is absolute, or below the directory of the {@link PinOptions}.
 *
 * @param <M> type of borrowed handles to the map
 * @param <O> type of handles to the map that the caller owns
 */
public class DeclaredMap<M extends MapAccessor, O extends MapAccessor & OwnedMap> {
    final GeneratedClass spec;
    private final Function<MapBinding, O> owned;
    private final String name;
    private final Function<MapBinding, M> borrowed;

    /**
     * Creates a declaration. Generated code calls it.
     *
     * @param spec the object whose records declare the map
     * @param name name of the map in C
     * @param borrowed creates a borrowed handle
     * @param owned creates a handle that the caller owns
     */
    public DeclaredMap(ObjectSpec spec, String name, Function<MapBinding, M> borrowed, Function<MapBinding, O> owned) {
        this.spec = GeneratedClass.of(spec);
        this.name = name;
        this.borrowed = borrowed;
        this.owned = owned;
    }

    /** {@return the name of the map in C; for inner maps, the name of their definition} */
    public final String name() {
        return name;
    }

    /**
     * Opens the map that is pinned at a path, for reading and writing. Needs no object file.
     *
     * @param pin path of the pin
     * @return a handle that the caller owns
     * @throws BpfException if no map is pinned there, or if it differs from its record
     */
    public final O openPinned(Path pin) {
        return openPinned(pin, MapAccess.READ_WRITE);
    }

    /**
     * Opens the map that is pinned at a path. {@link MapAccess#READ_ONLY} requires only permission to read the pin.
     *
     * @param pin path of the pin
     * @param access what the handle may do
     * @return a handle that the caller owns
     * @throws BpfException if no map is pinned there, if it differs from its record, or if this process may not open it
     */
    public final O openPinned(Path pin, MapAccess access) {
        return openPinned(pin, access, PinOptions.defaults());
    }

    /**
     * Opens the map that is pinned at a path. See {@link #openPinned(Path, MapAccess)}.
     *
     * @param pin path of the pin
     * @param access what the handle may do
     * @param options the users who may own and change the pins and their directories, and the permissions of pins that the handle adds
     * @return a handle that the caller owns
     * @throws BpfException if no map is pinned there, if it differs from its record, or if this process may not open it
     */
    public final O openPinned(Path pin, MapAccess access, PinOptions options) {
        return own(() -> BackendOperations.openPinned(spec, spec.pin(name, pin), access, options));
    }

    /**
     * Opens the map with an id, for reading. Needs no object file.
     *
     * @param id the kernel's id of the map, as {@code bpftool map} shows it
     * @return a handle that the caller owns
     * @throws BpfException if no map has this id, if the map differs from its record, or if this process lacks CAP_SYS_ADMIN
     */
    public final O openById(int id) {
        return openById(id, MapAccess.READ_ONLY);
    }

    /**
     * Opens the map with an id. If Nestmap has pinned the map and you want to change it, use {@code openPinned} instead: a handle of this method
     * neither updates the map's other pins, nor notices that another process owns its slots. If this is an inner map of an outer map without a pin,
     * close the handle before this process acknowledges the map. Otherwise, the handle may refer to a map that a rotation has emptied and put into
     * another slot.
     *
     * @param id the kernel's id of the map, as {@code bpftool map} shows it
     * @param access what the handle may do
     * @return a handle that the caller owns
     * @throws BpfException if no map has this id, if the map differs from its record, or if this process lacks CAP_SYS_ADMIN
     */
    public final O openById(int id, MapAccess access) {
        return openById(id, access, PinOptions.defaults());
    }

    /**
     * Opens the map with an id. See {@link #openById(int, MapAccess)}.
     *
     * @param id the kernel's id of the map, as {@code bpftool map} shows it
     * @param access what the handle may do
     * @param options only {@link PinOptions#withUncomparedInnerMaps} applies
     * @return a handle that the caller owns
     * @throws BpfException if no map has this id, if the map differs from its record, or if this process lacks CAP_SYS_ADMIN
     */
    public final O openById(int id, MapAccess access, PinOptions options) {
        return own(() -> BackendOperations.open(spec, name, id, access, options));
    }

    /** Returns a handle to a map without an object, which the caller owns. */
    final O own(Supplier<ObjectlessMap> opening) {
        return OperationListeners.reporting(() -> owned.apply(new BoundMap(opening.get(), spec::schema)));
    }

    /** Returns a handle to the map that is borrowed from a loaded object. */
    final M in(LoadedObject object) {
        return borrowed.apply(spec.bind(object.binding(), object.getClass(), name));
    }

    @Override
    public final String toString() {
        return name;
    }

    /**
     * The declaration of an outer map by a record. It can also create the map without an object.
     *
     * @param <M> type of borrowed handles to the map
     * @param <O> type of handles to the map that the caller owns
     */
    public static final class Outer<M extends MapAccessor, O extends MapAccessor & OwnedMap> extends DeclaredMap<M, O> {
        /**
         * Creates a declaration. Generated code calls it.
         *
         * @param spec the object whose records declare the map
         * @param name name of the map in C
         * @param borrowed creates a borrowed handle
         * @param owned creates a handle that the caller owns
         */
        public Outer(ObjectSpec spec, String name, Function<MapBinding, M> borrowed, Function<MapBinding, O> owned) {
            super(spec, name, borrowed, owned);
        }

        /**
         * Creates an empty outer map that belongs to no object.
         *
         * @return a handle that the caller owns
         * @throws BpfException if the kernel rejects the operation
         */
        public O create() {
            return own(() -> BackendOperations.create(spec, name(), null, PinOptions.defaults()));
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
            return own(() -> BackendOperations.create(spec, name(), spec.pin(name(), pin), options));
        }
    }
}
