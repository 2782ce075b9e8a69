/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.load.BackendOperations;
import dev.nestmap.runtime.internal.load.GeneratedClassResources;
import dev.nestmap.runtime.internal.load.LoadSettings;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.schema.GeneratedCodeInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Description of the object of a generated class. The generated class keeps it in a constant and creates every instance from it. */
@SuppressWarnings("exports") // members that only the runtime calls
public final class ObjectSpec {
    private final GeneratedClassResources resources;
    private final int interfaceVersion;
    private final List<DeclaredPin> pins;
    private final Set<String> required;

    private ObjectSpec(
            GeneratedClassResources resources, int interfaceVersion, List<DeclaredPin> pins, Set<String> required) {
        this.resources = resources;
        this.interfaceVersion = interfaceVersion;
        this.pins = List.copyOf(pins);
        this.required = Set.copyOf(required);
    }

    /**
     * Returns the object whose schema is the resource {@code META-INF/bpf/<header>.schema} beside the generated class.
     *
     * @param generated the generated class
     * @param header name of the object and its header
     * @param interfaceVersion version of the interface between generated code and the runtime for which the class was generated ({@code
     *     GeneratedCodeInterface.INTERFACE_VERSION}); if the runtime has another version, the first use fails
     * @return the object, without pins and sizes
     */
    public static ObjectSpec of(Class<?> generated, String header, int interfaceVersion) {
        return new ObjectSpec(
                new GeneratedClassResources(generated, header, Map.of(), Map.of()),
                interfaceVersion,
                List.of(),
                Set.of());
    }

    /**
     * Adds a pinned map.
     *
     * @param map name of the map in C
     * @param pin an absolute path, or a path below the directory of the {@code PinOptions}
     * @param inners whether its inner maps are also pinned, with names from their keys
     * @return a new specification
     */
    public ObjectSpec pinned(String map, String pin, boolean inners) {
        List<DeclaredPin> more = new ArrayList<>(pins);
        more.add(new DeclaredPin(map, pin, inners));
        return new ObjectSpec(resources, interfaceVersion, more, required);
    }

    /**
     * Adds a global variable whose initial value callers must set.
     *
     * @param variable name of the variable in C
     * @return a new specification
     */
    public ObjectSpec requiring(String variable) {
        Set<String> more = new TreeSet<>(required);
        more.add(variable);
        return new ObjectSpec(resources, interfaceVersion, pins, more);
    }

    /**
     * Sets the size of a map whose record declares {@code sizedAtLoad}.
     *
     * @param map name of the map in C; for inner maps, the name of their definition
     * @param entries the map's {@code max_entries}, from 1 to 2^32-1
     * @return a new specification
     * @throws IllegalArgumentException if the number is out of range
     */
    public ObjectSpec sized(String map, long entries) {
        MapShape.requireMaxEntries("map " + map, entries);
        return new ObjectSpec(resources.withSize(map, entries), interfaceVersion, pins, required);
    }

    /**
     * Sets the initial value of a global variable.
     *
     * @param variable name of the variable in C
     * @param codec converts the record to bytes
     * @param value the value
     * @param <V> the record
     * @return a new specification
     * @throws IllegalArgumentException if the value is null, or if a component does not fit its C type
     */
    public <V> ObjectSpec initial(String variable, Codec<V> codec, V value) {
        return new ObjectSpec(
                resources.initial(variable, bytes(variable, codec, value)), interfaceVersion, pins, required);
    }

    /**
     * Converts the value of a global variable. The runtime calls it.
     *
     * @param variable name of the variable in C
     * @param codec converts the record to bytes
     * @param value the value
     * @param <V> the record
     * @return the bytes
     * @throws IllegalArgumentException if the value is null, or if a component does not fit its C type
     */
    public static <V> byte[] bytes(String variable, Codec<V> codec, V value) {
        if (value == null) {
            throw new IllegalArgumentException("the value of variable " + variable + " is null: pass an instance of the"
                    + " record that declares it");
        }
        byte[] bytes = new byte[codec.size()];
        codec.write(value, ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()), 0);
        return bytes;
    }

    /** {@return the sizes that callers have set, by the names of maps in C, for the runtime} */
    public Map<String, Long> sizes() {
        return resources.sizes();
    }

    /**
     * Opens an object file. The runtime calls it.
     *
     * @param file path of the object file; null for {@code META-INF/bpf/<header>.bpf.o} on the class path
     * @return the file and its settings, for the runtime
     * @throws BpfException if the file can't be read
     */
    public LoadSettings open(@Nullable Path file) {
        checkInterfaceVersion();
        return file == null
                ? new LoadSettings(resources.header(), resources.object(), resources, pins, required)
                : new LoadSettings(file.toString(), LoadSettings.read(file), resources, pins, required);
    }

    /**
     * Loads {@code META-INF/bpf/<header>.bpf.o} from the class path into the kernel, completely or not at all.
     *
     * @param constructor creates the generated class
     * @param <T> the generated class
     * @return the loaded object
     * @throws BpfException if the object can't be read, or if libbpf or the kernel rejects it
     */
    public <T> T load(Function<ObjectBinding, T> constructor) {
        return load(null, constructor);
    }

    /**
     * Loads an object file into the kernel, completely or not at all.
     *
     * @param object path of the object file; null for the one on the class path
     * @param constructor creates the generated class
     * @param <T> the generated class
     * @return the loaded object
     * @throws BpfException if the file can't be read, or if libbpf or the kernel rejects it
     */
    public <T> T load(@Nullable Path object, Function<ObjectBinding, T> constructor) {
        return ObjectBinding.create(BackendOperations.load(open(object)), resources::schema, constructor);
    }

    /**
     * Creates the maps of the object in memory, without programs.
     *
     * @param constructor creates the generated class
     * @param <T> the generated class
     * @return the object
     * @throws BpfException if a map has a type that does not exist in memory
     */
    public <T> T inMemory(Function<ObjectBinding, T> constructor) {
        checkInterfaceVersion();
        return ObjectBinding.create(BackendOperations.inMemory(resources), resources::schema, constructor);
    }

    /**
     * Finds one map of a loaded object. The runtime calls it.
     *
     * @param object the loaded object
     * @param loaded class of the loaded object
     * @param map name of the map in C
     * @return the map
     * @throws BpfException if the object has no such map, or if the map differs from its record
     */
    public AccessorBinding bind(ObjectBinding object, Class<?> loaded, String map) {
        if (loaded == resources.anchor() && resources.sizes().isEmpty()) {
            return object.map(map); // compared when the object was loaded
        }
        checkInterfaceVersion();
        BackendOperations.verify(object.state(), map, resources);
        return new AccessorBinding(map, object.state(), resources::schema);
    }

    /**
     * Returns the records and the settings, for a map without an object. The runtime calls it.
     *
     * @return the records and the settings
     * @throws BpfException if this runtime does not fit the generated code
     */
    public GeneratedClassResources resources() {
        checkInterfaceVersion();
        return resources;
    }

    /**
     * Binds a map without an object. The runtime calls it.
     *
     * @param map the map
     * @return the map, for a handle that owns it
     */
    public AccessorBinding binding(ObjectlessMap map) {
        return new AccessorBinding(map, resources::schema);
    }

    /**
     * Returns the pin of a map at a path. The runtime calls it.
     *
     * @param map name of the map in C
     * @param pin path of the pin, absolute or below the directory of the options
     * @return the pin
     */
    public DeclaredPin pin(String map, Path pin) {
        boolean inners = pins.stream().anyMatch(declared -> declared.map().equals(map) && declared.inners());
        return new DeclaredPin(map, pin.toString(), inners);
    }

    private void checkInterfaceVersion() {
        if (interfaceVersion != GeneratedCodeInterface.INTERFACE_VERSION) {
            throw new BpfException(
                    "use of " + resources.anchor().getName(),
                    "it was generated for version " + interfaceVersion
                            + " of the interface to the runtime, and this runtime has version "
                            + GeneratedCodeInterface.INTERFACE_VERSION
                            + ": give nestmap-processor and nestmap-runtime the same version and compile again");
        }
    }
}
