/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.load;

import dev.nestmap.btf.Architecture;
import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.errno.ErrorTable;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.pin.PlannedUpgrade;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
import dev.nestmap.schema.GeneratedCodeInterface;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.Difference;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.text.SchemaFormatException;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.NamedType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a generated class says about its object, and the resources beside it: the schema text and the object file.
 *
 * @param anchor the generated class
 * @param header the file name, without extension, of the header, the schema text and the object
 * @param interfaceVersion the version of the interface to the runtime for which the class was generated
 * @param pins the pins that the records declare
 * @param required names of the global variables whose first value the caller must set
 * @param sizes {@code max_entries} of maps that the caller sets at load, by name
 * @param values the bytes of global variables that the caller sets at load, by name
 */
public record GeneratedClass(
        Class<?> anchor,
        String header,
        int interfaceVersion,
        List<DeclaredPin> pins,
        List<String> required,
        Map<String, Long> sizes,
        Map<String, byte[]> values)
        implements ObjectSpec {
    private static final String FOLDER = "META-INF/bpf/";

    /** A class without pins, sizes and values: see {@code LoadedObject.spec}. */
    public GeneratedClass(Class<?> anchor, String header, int interfaceVersion) {
        this(anchor, header, interfaceVersion, List.of(), List.of(), Map.of(), Map.of());
    }

    /** Returns what is behind a specification. */
    public static GeneratedClass of(ObjectSpec spec) {
        return (GeneratedClass) spec;
    }

    @Override
    public GeneratedClass pinned(String map, String pin, boolean inners) {
        List<DeclaredPin> more = with(pins, new DeclaredPin(map, pin, inners));
        return new GeneratedClass(anchor, header, interfaceVersion, more, required, sizes, values);
    }

    @Override
    public GeneratedClass requiring(String variable) {
        return new GeneratedClass(anchor, header, interfaceVersion, pins, with(required, variable), sizes, values);
    }

    /** @throws IllegalArgumentException if the kernel does not accept this size for the type of the map */
    @Override
    public GeneratedClass sized(String map, long entries) {
        MapKind kind =
                BackendOperations.definition(records(), map).withoutRhash().kind();
        MapShape.requireMaxEntries("map " + map, kind, entries);
        return withSizes(with(sizes, map, entries));
    }

    /** Returns a copy with other sizes. */
    GeneratedClass withSizes(Map<String, Long> others) {
        return new GeneratedClass(anchor, header, interfaceVersion, pins, required, others, values);
    }

    @Override
    public <V> GeneratedClass initial(String variable, Codec<V> codec, V value) {
        if (value == null) {
            throw new IllegalArgumentException("the value of variable " + variable + " is null: pass an instance of the"
                    + " record that declares it");
        }
        byte[] bytes = new byte[codec.size()];
        codec.write(value, ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0);
        Map<String, byte[]> more = with(values, variable, bytes);
        return new GeneratedClass(anchor, header, interfaceVersion, pins, required, sizes, more);
    }

    private static <T> List<T> with(List<T> some, T one) {
        return Stream.concat(some.stream(), Stream.of(one)).toList();
    }

    private static <T> Map<String, T> with(Map<String, T> some, String name, T one) {
        Map<String, T> more = new HashMap<>(some);
        more.put(name, one);
        return Map.copyOf(more);
    }

    /**
     * Opens an object file.
     *
     * @param file path of the object file; null for {@code META-INF/bpf/<package>/<header>.bpf.o} on the class path
     * @throws BpfException if the file can't be read
     */
    public LoadSettings open(@Nullable Path file) {
        requireInterface();
        return file == null
                ? new LoadSettings(header, object(), this, pins)
                : new LoadSettings(file.toString(), LoadSettings.read(file), this, pins);
    }

    @Override
    public <T> T load(Function<ObjectBinding, T> constructor) {
        return load(null, constructor);
    }

    @Override
    public <T> T load(@Nullable Path object, Function<ObjectBinding, T> constructor) {
        return BackendOperations.load(open(object)).bound(constructor);
    }

    @Override
    public <T> T inMemory(Function<ObjectBinding, T> constructor) {
        return BackendOperations.inMemory(this).bound(constructor);
    }

    @Override
    public PlannedUpgrade plan(Path schemaText) {
        return SchemaUpgrade.of(schemaText, schema());
    }

    /**
     * Finds one map of a loaded object.
     *
     * @param loaded the class of the object, which is compared with its own records when it is loaded
     * @throws BpfException if the object has no such map, or if the map differs from its record
     */
    public BoundMap bind(LoadedState object, Class<?> loaded, String map) {
        if (loaded == anchor && sizes.isEmpty()) {
            return object.map(map);
        }
        DeclarationCheck.requireSame(object, map, this);
        return new BoundMap(map, object, this::schema);
    }

    /** Returns the pin of a map at a path, absolute or below the directory of the options. */
    public DeclaredPin pin(String map, Path pin) {
        boolean inners = pins.stream().anyMatch(declared -> declared.map().equals(map) && declared.inners());
        return new DeclaredPin(map, pin.toString(), inners);
    }

    private void requireInterface() {
        if (interfaceVersion != GeneratedCodeInterface.INTERFACE_VERSION) {
            throw BpfException.of(Reason.MISMATCH, "use of " + anchor.getName())
                    .because(ErrorTable.message(
                            "GENERATED_FOR_OTHER_RUNTIME", interfaceVersion, GeneratedCodeInterface.INTERFACE_VERSION));
        }
    }

    /** The path of the resources without extension: they are in the package of the generated class. */
    private String path() {
        String folder = anchor.getPackageName().replace('.', '/');
        return folder.isEmpty() ? header : folder + "/" + header;
    }

    /**
     * Reads the schema that the processor wrote for the records, with the sizes for this load.
     *
     * @throws BpfException if the schema is missing or can't be read, or if included types have changed
     */
    public Schema schema() {
        return withSizes(records());
    }

    /** Reads the schema without the sizes that are set at load. */
    Schema records() {
        requireInterface();
        Schema schema = parse(path(), ErrorTable.message("SCHEMA_IS_MISSING", anchor.getName()));
        for (Schema.Include include : schema.includes()) {
            if (!include.external()) {
                Schema present = parse(include.header(), ErrorTable.message("TYPES_ARE_MISSING", anchor.getName()));
                requireUnchanged(schema, include, present);
            }
        }
        return schema;
    }

    /**
     * Compares the types of one header with those that this class was compiled with. Their codecs are separate classes, perhaps in another
     * jar. If that jar is newer than the object, the codecs may use another layout than the object's programs.
     *
     * @param compiled the schema that the class was compiled with
     * @param present the schema of the header that is beside the codecs
     */
    private void requireUnchanged(Schema compiled, Schema.Include include, Schema present) {
        List<Difference> differences = SchemaComparison.compare(
                comparable(
                        compiled,
                        compiled.types().stream()
                                .filter(type -> include.tags().contains(type.name()))
                                .toList(),
                        compiled.maps().stream().filter(map -> include.tags().contains(map.name()))),
                comparable(present, present.types(), present.maps().stream()));
        if (!differences.isEmpty()) {
            String list = differences.stream()
                    .map(difference -> "\n  " + difference.where().text() + ": " + difference.declared()
                            + " when it was compiled, " + difference.actual() + " on the class path")
                    .collect(Collectors.joining());
            throw BpfException.of(Reason.MISMATCH, "use of " + anchor.getName())
                    .because("it was compiled with another version of " + present.origin()
                            + " than the one on the class path:"
                            + list
                            + "\nCompile " + compiled.origin() + " and its BPF programs again with the "
                            + present.origin()
                            + " that is on the class path");
        }
    }

    /** Returns types and maps of a schema, with inner maps as plain maps: a comparison finds inner maps only through an outer map. */
    private static Schema comparable(Schema schema, List<NamedType> types, Stream<MapDef> maps) {
        List<MapDef> plain = maps.map(map -> map.role() == MapRole.INNER ? map.withRole(MapRole.PLAIN) : map)
                .toList();
        return new Schema(schema.origin(), schema.header(), List.of(), types, plain);
    }

    /** Returns the schema with the sizes for this load. */
    Schema withSizes(Schema records) {
        return records.withSizes(map -> {
            Long size = sizes.get(map.name());
            return size == null ? OptionalLong.empty() : OptionalLong.of(size);
        });
    }

    private Schema parse(String file, String missing) {
        String name = FOLDER + file + ".schema";
        byte[] text = read(name);
        if (text == null) {
            throw BpfException.of(Reason.NOT_FOUND, "search for resource " + name)
                    .because(missing);
        }
        try {
            return SchemaText.parse(new String(text, StandardCharsets.UTF_8));
        } catch (SchemaFormatException e) {
            throw BpfException.of(Reason.MISMATCH, "reading of resource " + name)
                    .cause(e)
                    .because(e.getMessage()
                            + "; use nestmap-processor and nestmap-runtime of the same version, and compile again");
        }
    }

    /**
     * Reads the object file: that for this machine's architecture, if the build made one for each, or else the only one.
     *
     * @throws BpfException if it is missing or can't be read
     */
    public byte[] object() {
        String name = FOLDER + path() + ".bpf.o";
        Optional<Architecture> here = Architecture.ofThisMachine();
        byte[] bound = here.isEmpty() ? null : objectOf(here.get());
        byte[] object = bound == null ? read(name) : bound;
        if (object == null) {
            Set<Architecture> others = Stream.of(Architecture.values())
                    .filter(architecture -> objectOf(architecture) != null)
                    .collect(Collectors.toSet());
            if (!others.isEmpty()) {
                throw BpfException.of(
                                Reason.NOT_FOUND,
                                "search for resource " + FOLDER + path()
                                        + here.map(Architecture::objectSuffix).orElse(".bpf.o"))
                        .because(ErrorTable.message(
                                "OBJECT_OF_OTHER_MACHINE",
                                anchor.getName(),
                                Architecture.or(others),
                                System.getProperty("os.arch")));
            }
            throw BpfException.of(Reason.NOT_FOUND, "search for resource " + name)
                    .because(ErrorTable.message("OBJECT_IS_MISSING", anchor.getName(), header));
        }
        return object;
    }

    private byte @Nullable [] objectOf(Architecture architecture) {
        return read(FOLDER + path() + architecture.objectSuffix());
    }

    private byte @Nullable [] read(String name) {
        try (InputStream in = open(name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException e) {
            throw BpfException.of(Reason.SYSTEM_CALL, "reading of resource " + name)
                    .cause(e)
                    .because(e.toString());
        }
    }

    /** A class in a named module finds resources of that module only; its class loader also finds those of other modules. */
    private @Nullable InputStream open(String name) {
        InputStream own = anchor.getResourceAsStream("/" + name);
        ClassLoader loader = anchor.getClassLoader();
        return own == null && loader != null ? loader.getResourceAsStream(name) : own;
    }
}
