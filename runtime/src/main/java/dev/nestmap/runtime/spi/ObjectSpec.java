/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.BpfException;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.MapAccessor;
import dev.nestmap.runtime.internal.LiveObject;
import dev.nestmap.runtime.internal.ObjectLoader;
import dev.nestmap.runtime.internal.ObjectResources;
import java.nio.file.Path;
import java.util.function.Function;

/** Which object a generated class stands for. Its constant in the generated class is the way to every live instance. */
public final class ObjectSpec {
    /** The level of this package. It goes up when generated code of before can't be run any more. */
    public static final int LEVEL = 1;

    private final ObjectResources resources;
    private final int level;

    private ObjectSpec(ObjectResources resources, int level) {
        this.resources = resources;
        this.level = level;
    }

    /**
     * The object whose schema is the resource {@code META-INF/bpf/<header>.schema} beside the generated class.
     *
     * @param level {@link #LEVEL} of the runtime that the class was generated for; another one is an error at first use
     */
    public static ObjectSpec of(Class<?> generated, String header, int level) {
        return new ObjectSpec(new ObjectResources(generated, header), level);
    }

    /** Loads {@code META-INF/bpf/<header>.bpf.o} from the class path into the kernel, all of it or nothing. */
    public <T extends LoadedObject> T load(Function<ObjectBinding, T> constructor) {
        checkLevel();
        return make(ObjectLoader.load(resources), constructor);
    }

    /** Loads an object file into the kernel, all of it or nothing. */
    public <T extends LoadedObject> T load(Path object, Function<ObjectBinding, T> constructor) {
        checkLevel();
        return make(ObjectLoader.load(resources, object), constructor);
    }

    /** The same maps over the heap, and no programs. */
    public <T extends LoadedObject> T inMemory(Function<ObjectBinding, T> constructor) {
        checkLevel();
        return make(ObjectLoader.inMemory(resources), constructor);
    }

    /**
     * An accessor of one map of an object that is loaded already.
     *
     * @throws BpfException when the object has no such map, or one that differs from what is declared
     */
    public <T extends MapAccessor> T bind(LoadedObject object, String map, Function<MapHandle, T> constructor) {
        checkLevel();
        ObjectBinding binding = object.binding();
        ObjectLoader.verify(binding.object(), map, resources);
        return constructor.apply(binding.map(map));
    }

    private void checkLevel() {
        if (level != LEVEL) {
            throw new BpfException(
                    "use of " + resources.anchor().getName(),
                    "it was generated for level " + level + " of the runtime, and this is level " + LEVEL
                            + ": give nestmap-processor and nestmap-runtime the same version and compile again");
        }
    }

    private static <T> T make(LiveObject object, Function<ObjectBinding, T> constructor) {
        try {
            return constructor.apply(new ObjectBinding(object));
        } catch (Throwable e) {
            object.close();
            throw e;
        }
    }
}
