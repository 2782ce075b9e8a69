/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.ObjectLoader;
import dev.nestmap.runtime.internal.nest.MapWithoutObject;
import dev.nestmap.runtime.internal.observe.Listeners;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.pin.PinOptions;
import dev.nestmap.runtime.spi.AccessorBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A map that a record declares, before it is opened. It finds the map in a loaded object ({@link LoadedObject#map(DeclaredMap)}), and opens
 * it by its pin or id without an object. Generated classes have a constant for each map: {@code TenantFlowsBpf.TENANT_MAP}.
 *
 * <p>In the methods with {@link PinOptions}, a path is absolute or below the directory of the options.
 *
 * @param <M> type of borrowed handles to the map
 * @param <O> type of handles to the map that the caller owns
 */
public class DeclaredMap<M extends MapAccessor, O extends MapAccessor & OwnedMap> {
    final ObjectSpec spec;
    private final Function<AccessorBinding, O> owned;
    private final String name;
    private final Function<AccessorBinding, M> borrowed;

    /**
     * Creates a declaration. Generated code calls it.
     *
     * @param spec the object whose records declare the map
     * @param name name of the map in C
     * @param borrowed creates a borrowed handle
     * @param owned creates a handle that the caller owns
     */
    public DeclaredMap(
            ObjectSpec spec, String name, Function<AccessorBinding, M> borrowed, Function<AccessorBinding, O> owned) {
        this.spec = spec;
        this.name = name;
        this.borrowed = borrowed;
        this.owned = owned;
    }

    /** {@return the name of the map in C; for inner maps the name of their definition} */
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
     * Opens the map that is pinned at a path. With {@link MapAccess#READ_ONLY}, the caller needs no privilege apart from permission to read
     * the pin.
     *
     * @param pin path of the pin
     * @param access what the handle may do
     * @return a handle that the caller owns
     * @throws BpfException if no map is pinned there, if it differs from its record, or if this process may not open it
     */
    public final O openPinned(Path pin, MapAccess access) {
        return openPinned(pin, access, PinOptions.asDeclared());
    }

    /**
     * Opens the map that is pinned at a path. See {@link #openPinned(Path, MapAccess)}.
     *
     * @param pin path of the pin
     * @param access what the handle may do
     * @param options the users that may own and change the pins and their directories, and the permissions of pins that the handle adds
     * @return a handle that the caller owns
     * @throws BpfException if no map is pinned there, if it differs from its record, or if this process may not open it
     */
    public final O openPinned(Path pin, MapAccess access, PinOptions options) {
        return own(() -> ObjectLoader.openPinned(spec.resources(), spec.pin(name, pin), access, options));
    }

    /**
     * Opens the map with an id, for reading and writing. Needs no object file. A map that Nestmap has pinned has more pins beside it, which
     * only {@code openPinned} keeps up to date.
     *
     * @param id the kernel's id of the map, as {@code bpftool map} shows it
     * @return a handle that the caller owns
     * @throws BpfException if there is no such map, if it differs from its record, or if this process lacks CAP_SYS_ADMIN
     */
    public final O openById(int id) {
        return openById(id, PinOptions.asDeclared());
    }

    /**
     * Opens the map with an id. See {@link #openById(int)}.
     *
     * @param id the kernel's id of the map, as {@code bpftool map} shows it
     * @param options only {@link PinOptions#withUncomparedInnerMaps} applies
     * @return a handle that the caller owns
     * @throws BpfException if there is no such map, if it differs from its record, or if this process lacks CAP_SYS_ADMIN
     */
    public final O openById(int id, PinOptions options) {
        return own(() -> ObjectLoader.open(spec.resources(), name, id, options));
    }

    /**
     * Migrates the map that a previous version pinned. See {@link #migrate(Path, PinOptions, Migration)}.
     *
     * @param pin path of the pin
     * @param how how components of the previous version become components of this one
     * @return the result of the migration
     * @throws BpfException if the map can't be migrated; the message lists every reason, and the pinned map stays as it was
     */
    public final Migration.Result migrate(Path pin, Migration how) {
        return migrate(pin, PinOptions.asDeclared(), how);
    }

    /**
     * Migrates the map that a previous version pinned: replaces it with a map of the current declaration that has the same entries. Does
     * nothing if no map is pinned at the path, or if the map is migrated already. First stop every program and process that writes to the
     * old map: the new map lacks what they write during the migration. Inner maps are migrated with the outer map that holds them.
     *
     * <p>A size that is set neither in the record nor by the caller stays as it is. So does the size of an inner map that was created with
     * a size of its own.
     *
     * @param pin path of the pin
     * @param options permissions and owner of the new pins
     * @param how how components of the previous version become components of this one
     * @return the result of the migration
     * @throws BpfException if the map can't be migrated; the message lists every reason, and the pinned map stays as it was
     */
    public final Migration.Result migrate(Path pin, PinOptions options, Migration how) {
        return ObjectLoader.migrate(spec.resources(), spec.pin(name, pin), options, how);
    }

    /** Returns a handle to a map without an object, which the caller owns. */
    final O own(Supplier<MapWithoutObject> opening) {
        return Listeners.reporting(() -> owned.apply(spec.binding(opening.get())));
    }

    /** Returns a handle to the map in a loaded object, which is borrowed from the object. */
    final M in(LoadedObject object) {
        return borrowed.apply(spec.bind(object.binding(), object.getClass(), name));
    }

    @Override
    public final String toString() {
        return name;
    }
}
