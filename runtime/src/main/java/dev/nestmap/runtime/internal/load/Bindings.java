/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Leads other modules of Nestmap from the classes for users to what is behind them, without a public method of these classes. They are in a
 * package above this one, so they tell this class how to get there when they are initialized.
 */
public final class Bindings {
    private static volatile @Nullable Function<Object, BoundMap> outerMaps;
    private static volatile @Nullable EntryReader nests;
    private static volatile @Nullable Function<Object, LoadedState> objects;

    /** Converts the bytes of an entry of an inner map to a record. */
    @FunctionalInterface
    public interface EntryReader {
        /** Returns the entry. */
        Object fromBytes(Object accessor, ByteBuffer key, ByteBuffer value);
    }

    private Bindings() {}

    /** Called by {@code OuterAccessor}. */
    public static void ofOuterMaps(Function<Object, BoundMap> binding) {
        outerMaps = binding;
    }

    /** Called by {@code NestAccessor}. */
    public static void ofNests(EntryReader reader) {
        nests = reader;
    }

    /** Called by {@code LoadedObject}. */
    public static void ofObjects(Function<Object, LoadedState> binding) {
        objects = binding;
    }

    /**
     * Returns the map behind an accessor.
     *
     * @param accessor an {@code OuterAccessor}
     */
    public static BoundMap ofOuterMap(Object accessor) {
        return Objects.requireNonNull(outerMaps, "set by the class of the accessor")
                .apply(accessor);
    }

    /**
     * Converts the bytes of an entry of an inner map to a record.
     *
     * @param accessor a {@code NestAccessor}
     */
    public static Object entryFromBytes(Object accessor, ByteBuffer key, ByteBuffer value) {
        return Objects.requireNonNull(nests, "set by the class of the accessor").fromBytes(accessor, key, value);
    }

    /**
     * Returns the maps and programs of an object.
     *
     * @param object a {@code LoadedObject}
     */
    public static LoadedState ofObject(Object object) {
        return Objects.requireNonNull(objects, "set by the class of the object").apply(object);
    }
}
