package com.acme;

import dev.nestmap.runtime.DeclaredMap;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.OpenObject;
import dev.nestmap.runtime.OwnedMap;
import dev.nestmap.runtime.Variable;
import dev.nestmap.runtime.WordField;
import dev.nestmap.runtime.attach.AttachableProgram;
import dev.nestmap.runtime.attach.DeclaredProgram;
import dev.nestmap.runtime.attach.Kprobe;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.attach.Xdp;
import dev.nestmap.runtime.codec.ArrayBytes;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.codec.Scalars;
import dev.nestmap.runtime.codec.ValueBytes;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.Migration;
import dev.nestmap.runtime.spi.MapBinding;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.types.LongList;
import java.lang.Integer;
import java.lang.Override;
import java.lang.String;
import java.lang.SuppressWarnings;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.annotation.processing.Generated;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** The maps and programs of {@code sampling.bpf.o}, which {@link Sampling} declares. */
@NullMarked
@SuppressWarnings({"deprecation", "removal"})
@Generated("dev.nestmap.processor.NestmapProcessor")
public final class SamplingBpf extends LoadedObject {
    /** The name of the object, and what its records declare for the load. */
    private static final ObjectSpec SPEC = ObjectSpec.of(SamplingBpf.class, "sampling", /* interface */ 1)
            .pinned("acme_port", "port", /* pinInners */ false).requiring("acme_config")
            .requiring("packet_limit").requiring("acme_pins");

    /** The map {@code acme_port}, before it is opened. */
    public static final DeclaredMap<PortMap, PortMap.Owned> PORT_MAP = new DeclaredMap<>(SPEC,
            "acme_port", PortMap::new, PortMap.Owned::new);

    /** Converts {@link Sampling.Limit} to and from the bytes of {@code packet_limit}. */
    private static final Codec<Sampling.Limit> PACKET_LIMIT_CODEC = Codec.of(8,
            (value, to, at) -> Scalars.putU64(to, at, value.packets()),
            (from, at) -> new Sampling.Limit(Scalars.getU64(from, at)));

    /** Converts {@link Sampling.Pins} to and from the bytes of {@code acme_pins}. */
    private static final Codec<Sampling.Pins> ACME_PINS_CODEC = Codec.of(4,
            (value, to, at) -> Scalars.putU32(to, at, value.open(), "Pins.open"),
            (from, at) -> new Sampling.Pins(Scalars.getU32(from, at)));

    /** Converts {@link Sampling.Hits} to and from the bytes of {@code acme_hits}. */
    private static final Codec<Sampling.Hits> ACME_HITS_CODEC = Codec.of(512,
            (value, to, at) -> ArrayBytes.putLongs(to, at, Scalars.present(value.counts(),
            "Hits.counts").toArray(), 64, "Hits.counts"),
            (from, at) -> new Sampling.Hits(LongList.of(ArrayBytes.getLongs(from, at, 64))));

    /** The program {@code sample_packets}, before its object is loaded. */
    public static final DeclaredProgram<Xdp.Kind> SAMPLE_PACKETS = new DeclaredProgram<>("sample_packets");

    /** The program {@code close}, before its object is loaded. */
    public static final DeclaredProgram.Targeted<Kprobe.Kind> ON_CLOSE = new DeclaredProgram.Targeted<>("close");

    private final PortMap port;

    private final StatsVariable stats;

    private final PinsVariable pins;

    private final HitsVariable hits;

    private SamplingBpf(ObjectBinding object) {
        super(object);
        this.port = map(PORT_MAP);
        this.stats = new StatsVariable(object);
        this.pins = new PinsVariable(object);
        this.hits = new HitsVariable(object);
    }

    /** Returns the map {@code acme_port} with sizes, before it is opened. */
    public static DeclaredMap<PortMap, PortMap.Owned> portMap(Sizes sizes) {
        return new DeclaredMap<>(sizes.spec, "acme_port", PortMap::new, PortMap.Owned::new);
    }

    /** Returns the map {@code acme_port}. */
    public PortMap port() {
        return port;
    }

    /** Returns the constants {@code acme_config}, which programs read and nobody can change. */
    public Sampling.Config config() {
        return constants("acme_config", ConfigCodec.INSTANCE);
    }

    /** Returns the constants {@code packet_limit}, which programs read and nobody can change. */
    public Sampling.Limit limit() {
        return constants("packet_limit", PACKET_LIMIT_CODEC);
    }

    /** Returns the variable {@code acme_stats}. */
    public StatsVariable stats() {
        return stats;
    }

    /** Returns the variable {@code acme_pins}. */
    public PinsVariable pins() {
        return pins;
    }

    /** Returns the variable {@code acme_hits}. */
    public HitsVariable hits() {
        return hits;
    }

    /**
     * Returns the program {@code sample_packets}.
     *
     * @return the program
     * @throws BpfException if the load left the program out, or if the maps are in memory
     */
    public AttachableProgram<Xdp.Kind> samplePackets() {
        return program(SAMPLE_PACKETS);
    }

    /**
     * Returns the program {@code close}.
     *
     * @return the program
     * @throws BpfException if the load left the program out, or if the maps are in memory
     */
    public AttachableProgram.Targeted<Kprobe.Kind> onClose() {
        return program(ON_CLOSE);
    }

    /**
     * Returns the program {@code any_section}.
     *
     * @return the program
     * @throws BpfException if the load left the program out, or if the maps are in memory
     */
    public UntypedProgram anySection() {
        return program("any_section");
    }

    /**
     * Loads {@code META-INF/bpf/com/acme/sampling.bpf.o} from the class path into the kernel. If a part fails, nothing
     * stays loaded.
     *
     * @param config the constants {@code acme_config}
     * @param limit the constants {@code packet_limit}
     * @param pins the initial value of the variable {@code acme_pins}
     */
    public static SamplingBpf load(Sampling.Config config, Sampling.Limit limit, Sampling.Pins pins,
            Sizes sizes) {
        return sizes.spec.initial("acme_config", ConfigCodec.INSTANCE, config)
                .initial("packet_limit", PACKET_LIMIT_CODEC, limit)
                .initial("acme_pins", ACME_PINS_CODEC, pins).load(SamplingBpf::new);
    }

    /**
     * Loads an object file into the kernel. If a part fails, nothing stays loaded.
     *
     * @param object path of the file
     * @param config the constants {@code acme_config}
     * @param limit the constants {@code packet_limit}
     * @param pins the initial value of the variable {@code acme_pins}
     */
    public static SamplingBpf load(Path object, Sampling.Config config, Sampling.Limit limit,
            Sampling.Pins pins, Sizes sizes) {
        return sizes.spec.initial("acme_config", ConfigCodec.INSTANCE, config)
                .initial("packet_limit", PACKET_LIMIT_CODEC, limit)
                .initial("acme_pins", ACME_PINS_CODEC, pins).load(object, SamplingBpf::new);
    }

    /**
     * Creates the maps and variables in the Java heap, for tests without privileges. There are no programs.
     *
     * @param config the constants {@code acme_config}
     * @param limit the constants {@code packet_limit}
     * @param pins the initial value of the variable {@code acme_pins}
     */
    public static SamplingBpf inMemory(Sampling.Config config, Sampling.Limit limit,
            Sampling.Pins pins, Sizes sizes) {
        return sizes.spec.initial("acme_config", ConfigCodec.INSTANCE, config)
                .initial("packet_limit", PACKET_LIMIT_CODEC, limit)
                .initial("acme_pins", ACME_PINS_CODEC, pins).inMemory(SamplingBpf::new);
    }

    /** Checks a migration of the pinned maps, as {@code load} does. Needs no kernel and no object. */
    public static Migration.Check check(Migration migration) {
        return SPEC.check(migration);
    }

    /**
     * Opens {@code META-INF/bpf/com/acme/sampling.bpf.o} from the class path. The caller can adjust the object before
     * it loads it.
     */
    public static Open open() {
        return new Open(null);
    }

    /**
     * Opens an object file. The caller can adjust the object before it loads it.
     *
     * @param object path of the file
     */
    public static Open open(Path object) {
        return new Open(object);
    }

    /** The variable {@code acme_stats}, which {@link Sampling.Stats} declares. */
    public static final class StatsVariable extends Variable<Sampling.Stats> {
        /** The component {@code lastPort}, which is a word. */
        public static final WordField<Sampling.Stats> LAST_PORT = WordField.of("Stats.lastPort",
                /* offset */ 16, /* size */ 4, /* signed */ false);

        StatsVariable(ObjectBinding object) {
            super(object, "acme_stats", StatsCodec.INSTANCE);
        }
    }

    /** The variable {@code acme_pins}, which {@link Sampling.Pins} declares. */
    public static final class PinsVariable extends Variable<Sampling.Pins> {
        /** The component {@code open}, which is a word. */
        public static final WordField<Sampling.Pins> OPEN = WordField.of("Pins.open",
                /* offset */ 0, /* size */ 4, /* signed */ false);

        PinsVariable(ObjectBinding object) {
            super(object, "acme_pins", ACME_PINS_CODEC);
        }
    }

    /** The variable {@code acme_hits}, which {@link Sampling.Hits} declares. */
    public static final class HitsVariable extends Variable<Sampling.Hits> {
        /** The words of the component {@code counts}. */
        public static final WordField.Array<Sampling.Hits> COUNTS = WordField.array("Hits.counts",
                /* offset */ 0, /* size */ 8, /* signed */ false, /* count */ 64);

        HitsVariable(ObjectBinding object) {
            super(object, "acme_hits", ACME_HITS_CODEC);
        }
    }

    /** The values of {@code max_entries} that the records leave to load time. */
    public static final class Sizes {
        private final ObjectSpec spec;

        /** Creates an instance in which no size is set. */
        public Sizes() {
            this(SPEC);
        }

        private Sizes(ObjectSpec spec) {
            this.spec = spec;
        }

        /**
         * Returns a copy with a value for {@code max_entries} of {@code acme_port}.
         *
         * @param maxEntries largest number of entries in the map
         */
        public Sizes port(long maxEntries) {
            return new Sizes(spec.sized("acme_port", maxEntries));
        }

        /**
         * Returns a copy with which maps that are pinned already keep their sizes. Without it, a load rejects a pinned
         * map of another size, and rotations replace smaller inner maps by larger ones.
         */
        public Sizes keepPinned() {
            return new Sizes(spec.keepingPinned());
        }
    }

    /** The object before it is loaded. The methods adjust it, in any order. */
    public static final class Open extends OpenObject<SamplingBpf, Open> {
        private Open(@Nullable Path object) {
            super(SPEC, object, SamplingBpf::new);
        }

        /**
         * Sets the constants {@code acme_config}.
         *
         * @param value the value
         * @return this object
         */
        public Open config(Sampling.Config value) {
            return withValue("acme_config", ConfigCodec.INSTANCE, value);
        }

        /**
         * Sets the constants {@code packet_limit}.
         *
         * @param value the value
         * @return this object
         */
        public Open limit(Sampling.Limit value) {
            return withValue("packet_limit", PACKET_LIMIT_CODEC, value);
        }

        /**
         * Sets the initial value of the variable {@code acme_pins}.
         *
         * @param value the value
         * @return this object
         */
        public Open pins(Sampling.Pins value) {
            return withValue("acme_pins", ACME_PINS_CODEC, value);
        }

        /**
         * Sets the sizes that the records leave to load time. The object can't be loaded without them.
         *
         * @param sizes the sizes
         * @return this object
         */
        public Open sizes(Sizes sizes) {
            return withSizes(sizes.spec);
        }
    }

    /** Accessor of the map {@code acme_port} with {@link Sampling.Port} entries. */
    public static class PortMap extends HashAccessor<Integer, Sampling.Port> {
        /** Codec of the entries, for generated classes. */
        static final EntryCodec<Integer, Sampling.Port> CODEC = new Entries();

        PortMap(MapBinding binding) {
            super(binding, CODEC);
        }

        @Override
        protected final EntryCodec<Integer, Sampling.Port> codec() {
            return CODEC;
        }

        /** Returns the entry with this key; null if there is none. */
        public Sampling. @Nullable Port get(int number) {
            return getAt(number);
        }

        /** Reads the entry with this key into a view. Returns false if there is none. */
        public boolean get(int number, View view) {
            ByteBuffer to = keyOf(view);
            Scalars.putBe16(to, 0, number, "Port.number");
            return lookup(view);
        }

        /** Tests for an entry with this key. */
        public boolean contains(int number) {
            return containsAt(number);
        }

        /** Removes the entry with this key. Returns false if there is none. */
        public boolean remove(int number) {
            return removeAt(number);
        }

        /**
         * Removes and returns the entry with this key in one step; null if there is none. What a program writes that
         * looked the entry up earlier is lost.
         */
        public Sampling. @Nullable Port take(int number) {
            return takeAt(number);
        }

        /** A handle to a map that the caller owns, until it closes the handle or puts the map into a slot. */
        public static final class Owned extends PortMap implements OwnedMap {
            Owned(MapBinding binding) {
                super(binding);
            }
        }

        /** Reads the components of a {@link Sampling.Port} entry from its bytes: see {@link EntryView}. */
        public static final class View extends EntryView<Sampling.Port> {
            private final CountsView counts = new CountsView(inValue(0));

            /** Creates a view that has no entry yet. */
            public View() {
                super(CODEC);
            }

            /** Reads the component {@code number}. */
            public int number() {
                return (int) Scalars.getBe16(bytes("Port.number"), key(0));
            }

            /** Reads the component {@code counts}. */
            public CountsView counts() {
                return counts;
            }
        }

        /**
         * Converts {@link Sampling.Port} entries to and from bytes. Numbers after {@code at} are offsets in the C type.
         */
        private static final class Entries extends EntryCodec<Integer, Sampling.Port> {
            Entries() {
                super(/* key */ 2, /* value */ 16);
            }

            @Override
            public Integer keyOf(Sampling.Port entry) {
                return entry.number();
            }

            @Override
            public void writeKey(Integer key, ByteBuffer to, int at) {
                Scalars.putBe16(to, at, key, "Port.number");
            }

            @Override
            public Integer readKey(ByteBuffer from, int at) {
                return (int) Scalars.getBe16(from, at);
            }

            @Override
            public void writeValue(Sampling.Port entry, ByteBuffer to, int at) {
                CountsCodec.INSTANCE.write(Scalars.present(entry.counts(), "Port.counts"), to, at);
            }

            @Override
            public Sampling.Port read(Integer key, ByteBuffer from, int at) {
                return new Sampling.Port(key, CountsCodec.INSTANCE.read(from, at));
            }
        }
    }

    /**
     * Converts {@link Sampling.Counts} to and from the bytes of {@code struct acme_counts}. Numbers after {@code at}
     * are offsets in it.
     */
    static final class CountsCodec implements Codec<Sampling.Counts> {
        /** The only instance, for generated classes. */
        static final CountsCodec INSTANCE = new CountsCodec();

        private CountsCodec() {
        }

        @Override
        public int size() {
            return 16;
        }

        @Override
        public void write(Sampling.Counts value, ByteBuffer to, int at) {
            Scalars.putU64(to, at, value.packets());
            Scalars.putU64(to, at + 8, value.bytes());
        }

        @Override
        public Sampling.Counts read(ByteBuffer from, int at) {
            return new Sampling.Counts(Scalars.getU64(from, at), Scalars.getU64(from, at + 8));
        }
    }

    /** Reads the components of a {@link Sampling.Counts} from its bytes: see {@link EntryView.Struct}. */
    public static final class CountsView extends EntryView.Struct {
        /** Creates a view of a component. Generated code calls it. */
        public CountsView(EntryView.Place place) {
            super(place);
        }

        /** Reads the component {@code packets}. */
        public long packets() {
            return Scalars.getU64(bytes("Counts.packets"), value(0));
        }

        /** Reads the component {@code bytes}. */
        public long bytes() {
            return Scalars.getU64(bytes("Counts.bytes"), value(8));
        }
    }

    /**
     * Converts {@link Sampling.Config} to and from the bytes of {@code struct acme_config}. Numbers after {@code at}
     * are offsets in it.
     */
    static final class ConfigCodec implements Codec<Sampling.Config> {
        /** The only instance, for generated classes. */
        static final ConfigCodec INSTANCE = new ConfigCodec();

        private ConfigCodec() {
        }

        @Override
        public int size() {
            return 20;
        }

        @Override
        public void write(Sampling.Config value, ByteBuffer to, int at) {
            Scalars.putU32(to, at, value.sampleRate(), "Config.sampleRate");
            ValueBytes.putInet4(to, at + 4, value.vip(), "Config.vip");
            Scalars.putU32(to, at + 8, ModeCodec.number(value.mode(), "Config.mode"),
                    "Config.mode");
            Scalars.putBool(to, at + 12, value.verbose());
            ArrayBytes.putInts(to, at + 14, value.ports(), 3, 2, "Config.ports",
                    (value1, to1, at1) -> Scalars.putBe16(to1, at1, (int) value1, "Config.ports"));
            Scalars.zero(to, at + 13, 1); // padding
        }

        @Override
        public Sampling.Config read(ByteBuffer from, int at) {
            return new Sampling.Config(Scalars.getU32(from, at), ValueBytes.getInet4(from, at + 4),
                    ModeCodec.constant(Scalars.getU32(from, at + 8)),
                    Scalars.getBool(from, at + 12), ArrayBytes.getInts(from, at + 14, 3, 2,
                    (from1, at1) -> (int) Scalars.getBe16(from1, at1)));
        }
    }

    /**
     * Converts {@link Sampling.Stats} to and from the bytes of {@code struct acme_stats}. Numbers after {@code at} are
     * offsets in it.
     */
    static final class StatsCodec implements Codec<Sampling.Stats> {
        /** The only instance, for generated classes. */
        static final StatsCodec INSTANCE = new StatsCodec();

        private StatsCodec() {
        }

        @Override
        public int size() {
            return 24;
        }

        @Override
        public void write(Sampling.Stats value, ByteBuffer to, int at) {
            CountsCodec.INSTANCE.write(Scalars.present(value.total(), "Stats.total"), to, at);
            Scalars.putU32(to, at + 16, value.lastPort(), "Stats.lastPort");
            Scalars.putU8(to, at + 20, value.level(), "Stats.level");
            Scalars.zero(to, at + 21, 3); // padding
        }

        @Override
        public Sampling.Stats read(ByteBuffer from, int at) {
            return new Sampling.Stats(CountsCodec.INSTANCE.read(from, at),
                    Scalars.getU32(from, at + 16), (int) Scalars.getU8(from, at + 20));
        }
    }

    /** Converts constants of {@link Sampling.Mode} to and from the numbers of {@code enum acme_mode}. */
    static final class ModeCodec {
        private static final Sampling.Mode[] CONSTANTS = Sampling.Mode.values();

        private ModeCodec() {
        }

        /**
         * Returns the number of a constant.
         *
         * @param component the component that holds the constant, for error messages
         */
        static long number(Sampling.Mode constant, String component) {
            return switch (Scalars.present(constant, component)) {
                case ALL -> 0L;
                case SOME -> 1L;
            };
        }

        /** Returns the constant with this number. */
        static Sampling.Mode constant(long number) {
            for (Sampling.Mode constant : CONSTANTS) {
                if (number(constant, constant.name()) == number) {
                    return constant;
                }
            }
            throw Scalars.unknownConstant(Sampling.Mode.class, number);
        }
    }
}
