/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.binding;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.load.BackendOperations;
import dev.nestmap.runtime.internal.load.DeclarationCheck;
import dev.nestmap.runtime.internal.load.GeneratedClassResources;
import dev.nestmap.runtime.internal.load.LoadSettings;
import dev.nestmap.runtime.internal.nest.ObjectlessMap;
import dev.nestmap.runtime.internal.pin.DeclaredPin;
import dev.nestmap.runtime.pin.PlannedUpgrade;
import dev.nestmap.runtime.spi.ObjectBinding;
import dev.nestmap.runtime.spi.ObjectSpec;
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

/** The resources and settings of a generated class. */
public final class GeneratedSpec implements ObjectSpec {
    private final GeneratedClassResources resources;
    private final int interfaceVersion;
    private final List<DeclaredPin> pins;
    private final Set<String> required;

    private GeneratedSpec(
            GeneratedClassResources resources, int interfaceVersion, List<DeclaredPin> pins, Set<String> required) {
        this.resources = resources;
        this.interfaceVersion = interfaceVersion;
        this.pins = List.copyOf(pins);
        this.required = Set.copyOf(required);
    }

    /** See {@link ObjectSpec#of}. */
    public static GeneratedSpec of(Class<?> generated, String header, int interfaceVersion) {
        return new GeneratedSpec(
                new GeneratedClassResources(generated, header, Map.of(), Map.of()),
                interfaceVersion,
                List.of(),
                Set.of());
    }

    /** Returns what is behind a specification. */
    public static GeneratedSpec of(ObjectSpec spec) {
        return (GeneratedSpec) spec;
    }

    @Override
    public ObjectSpec pinned(String map, String pin, boolean inners) {
        List<DeclaredPin> more = new ArrayList<>(pins);
        more.add(new DeclaredPin(map, pin, inners));
        return new GeneratedSpec(resources, interfaceVersion, more, required);
    }

    @Override
    public ObjectSpec requiring(String variable) {
        Set<String> more = new TreeSet<>(required);
        more.add(variable);
        return new GeneratedSpec(resources, interfaceVersion, pins, more);
    }

    @Override
    public ObjectSpec sized(String map, long entries) {
        return new GeneratedSpec(resources.withSize(map, entries), interfaceVersion, pins, required);
    }

    @Override
    public <V> ObjectSpec initial(String variable, Codec<V> codec, V value) {
        return new GeneratedSpec(
                resources.initial(variable, bytes(variable, codec, value)), interfaceVersion, pins, required);
    }

    /**
     * Converts the value of a global variable.
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

    /**
     * Opens an object file.
     *
     * @param file path of the object file; null for {@code META-INF/bpf/<package>/<header>.bpf.o} on the class path
     * @return the file and its settings
     * @throws BpfException if the file can't be read
     */
    public LoadSettings open(@Nullable Path file) {
        checkInterfaceVersion();
        return file == null
                ? new LoadSettings(resources.header(), resources.object(), resources, pins, required)
                : new LoadSettings(file.toString(), LoadSettings.read(file), resources, pins, required);
    }

    @Override
    public <T> T load(Function<ObjectBinding, T> constructor) {
        return load(null, constructor);
    }

    @Override
    public <T> T load(@Nullable Path object, Function<ObjectBinding, T> constructor) {
        return BoundObject.create(BackendOperations.load(open(object)), resources::schema, constructor);
    }

    @Override
    public <T> T inMemory(Function<ObjectBinding, T> constructor) {
        checkInterfaceVersion();
        return BoundObject.create(BackendOperations.inMemory(resources), resources::schema, constructor);
    }

    @Override
    public PlannedUpgrade plan(Path schemaText) {
        return SchemaUpgrade.of(schemaText, resources.schema());
    }

    /**
     * Finds one map of a loaded object.
     *
     * @param object the loaded object
     * @param loaded class of the loaded object
     * @param map name of the map in C
     * @return the map
     * @throws BpfException if the object has no such map, or if the map differs from its record
     */
    public BoundMap bind(BoundObject object, Class<?> loaded, String map) {
        if (loaded == resources.anchor() && resources.sizes().isEmpty()) {
            return object.map(map); // compared when the object was loaded
        }
        checkInterfaceVersion();
        DeclarationCheck.requireSame(object.state(), map, resources);
        return new BoundMap(map, object.state(), resources::schema);
    }

    /**
     * Returns the records and the settings, for a map without an object.
     *
     * @return the records and the settings
     * @throws BpfException if this runtime does not fit the generated code
     */
    public GeneratedClassResources resources() {
        checkInterfaceVersion();
        return resources;
    }

    /**
     * Binds a map without an object.
     *
     * @param map the map
     * @return the map, for a handle that owns it
     */
    public BoundMap binding(ObjectlessMap map) {
        return new BoundMap(map, resources::schema);
    }

    /**
     * Returns the pin of a map at a path.
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
                    Reason.MISMATCH,
                    "use of " + resources.anchor().getName(),
                    "it was generated for version " + interfaceVersion
                            + " of the interface to the runtime, and this runtime has version "
                            + GeneratedCodeInterface.INTERFACE_VERSION
                            + ": give nestmap-processor and nestmap-runtime the same version and compile again");
        }
    }
}
