package com.acme.net;

import dev.nestmap.runtime.DeclaredOuterMap;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.NestAccessor;
import dev.nestmap.runtime.OuterAccessor;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import java.lang.Integer;
import java.lang.Long;
import java.lang.Object;
import java.lang.Override;
import java.lang.String;
import java.lang.SuppressWarnings;
import java.nio.ByteBuffer;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Accessor of the outer map {@code last_samples}, which {@link Last} declares. Its inner maps have {@link Samples}
 * entries.
 */
@NullMarked
@SuppressWarnings({"deprecation", "removal"})
@Generated("dev.nestmap.processor.NestmapProcessor")
public class LastMap
        extends NestAccessor<Long, Integer, Samples, SamplesMap, SamplesMap.Owned>
        implements OuterAccessor.LongSlots<SamplesMap, SamplesMap.Owned> {
    private static final Codec<Long> KEY = Codec.of(/* bytes */ 4,
            (value, to, at) -> Scalars.putU32(to, at, value, "Last.id"),
            (from, at) -> Scalars.getU32(from, at));

    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(LastMap.class, "last", /* interface */ 1);

    /** The outer map {@code last_samples}, before it is opened. */
    public static final DeclaredOuterMap<LastMap, Owned> LAST_MAP = new DeclaredOuterMap<>(SPEC,
            "last_samples", LastMap::new, Owned::new);

    /** Changes with the layout in C, so that builds compile the users of these types again. */
    public static final String LAYOUT = "L5edbba85795cfa";

    public LastMap(MapBinding binding) {
        super(binding, KEY, SamplesMap.CODEC, SamplesMap::new, SamplesMap.Owned::new);
    }

    @Override
    protected final EntryCodec<Integer, Samples> entryCodec() {
        return SamplesMap.CODEC;
    }

    /** Like {@link #get(Object, Object)}, with primitive keys. */
    public @Nullable Samples get(long id, int index) {
        return get((Long) id, (Integer) index);
    }

    /** Like {@link #get(Object, Object, EntryView)}, with primitive keys. */
    public boolean get(long id, int index, SamplesMap.View view) {
        ByteBuffer to = keys(view);
        Scalars.putU32(to, 0, id, "Last.id");
        Scalars.putU32(to, innerKeyAt(), index);
        return find(view);
    }

    /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
    public static final class Owned extends LastMap implements OwnedMap {
        public Owned(MapBinding binding) {
            super(binding);
        }
    }
}
