/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.handle.LeasedMap;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.spi.MapHandle;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.schema.Amount;
import dev.nestmap.schema.MapKind;
import java.util.function.Function;

/**
 * A handle to a live map. It names a map, not a slot of an outer map. Any thread may use it, also while another one ends its
 * validity: calls that are under way end first, later ones throw a {@link BpfException} that says why. A borrowed handle is
 * valid until its entry leaves the outer map or the object closes; one that is an {@link OwnedMap} until it is closed or given
 * away.
 *
 * <p>Operations on one key have the form {@code <Q extends K> remove(Q key)}. For a key that is a primitive in Java, generated
 * accessors add an overload with the primitive, {@code remove(long key)}. Kotlin has one type for {@code Long} and {@code long}, and
 * calls two such methods ambiguous unless one of them has a type parameter of its own; then it calls the other.
 */
public abstract class MapAccessor {
    private final LeasedMap map;

    MapAccessor(MapHandle handle) {
        this.map = handle.map();
    }

    /** The map's name in C; of an inner map that of its definition. */
    public final String name() {
        return map.shape().name();
    }

    /** The kernel's id of the map, as {@code bpftool map} shows it; in memory a number of its own. */
    public final int id() {
        return map.id();
    }

    /** The kernel's map type. */
    public final MapKind kind() {
        return map.shape().kind();
    }

    /** For how many entries there is room. */
    public final long maxEntries() {
        return map.shape().maxEntries();
    }

    /**
     * For generated code: an accessor of one map of an object that is loaded already.
     *
     * @throws BpfException if the object has no such map, or one that differs from what is declared
     */
    protected static <T extends MapAccessor> T bind(
            ObjectSpec spec, LoadedObject object, String map, Function<MapHandle, T> constructor) {
        return spec.bind(object.binding(), map, constructor);
    }

    /** For generated code: lets go of a map that is the handle's own. */
    protected void release() {
        map.close("it was closed");
    }

    final LeasedMap map() {
        return map;
    }

    final MapShape shape() {
        return map.shape();
    }

    /** That a key or value has the bytes that the record's C type has. */
    static void checkSize(MapShape map, String what, int declared, int actual) {
        if (declared != actual) {
            throw new BpfException(
                    "binding of map " + map.name(),
                    "its " + what + " has " + Amount.of(actual, "byte") + " and the record's C type " + declared
                            + "; compile the object against the generated header");
        }
    }

    @Override
    public final String toString() {
        return kind() + " " + name() + " (id " + id() + ")";
    }
}
