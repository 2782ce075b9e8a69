/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.spi;

import dev.nestmap.runtime.codec.Codec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.pin.PlannedUpgrade;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Description of the object of a generated class. The generated class keeps it in a constant and creates every instance from it. */
public interface ObjectSpec {
    /**
     * Adds a pinned map.
     *
     * @param map name of the map in C
     * @param pin an absolute path, or a path below the directory of the {@code PinOptions}
     * @param inners whether its inner maps are also pinned, with names from their keys
     * @return a new specification
     */
    ObjectSpec pinned(String map, String pin, boolean inners);

    /**
     * Adds a global variable whose initial value callers must set.
     *
     * @param variable name of the variable in C
     * @return a new specification
     */
    ObjectSpec requiring(String variable);

    /**
     * Sets the size of a map whose record declares {@code sizedAtLoad}.
     *
     * @param map name of the map in C; for inner maps, the name of their definition
     * @param entries the map's {@code max_entries}, from 1 to 2^32-1
     * @return a new specification
     * @throws IllegalArgumentException if the number is out of range
     */
    ObjectSpec sized(String map, long entries);

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
    <V> ObjectSpec initial(String variable, Codec<V> codec, V value);

    /**
     * Loads {@code META-INF/bpf/<package>/<header>.bpf.o} from the class path into the kernel, completely or not at all.
     *
     * @param constructor creates the generated class
     * @param <T> the generated class
     * @return the loaded object
     * @throws BpfException if the object can't be read, or if libbpf or the kernel rejects it
     */
    <T> T load(Function<ObjectBinding, T> constructor);

    /**
     * Loads an object file into the kernel, completely or not at all.
     *
     * @param object path of the object file; null for the one on the class path
     * @param constructor creates the generated class
     * @param <T> the generated class
     * @return the loaded object
     * @throws BpfException if the file can't be read, or if libbpf or the kernel rejects it
     */
    <T> T load(@Nullable Path object, Function<ObjectBinding, T> constructor);

    /**
     * Creates the maps of the object in memory, without programs.
     *
     * @param constructor creates the generated class
     * @param <T> the generated class
     * @return the object
     * @throws BpfException if a map has a type that does not exist in memory
     */
    <T> T inMemory(Function<ObjectBinding, T> constructor);

    /**
     * Plans what a load does with pinned maps of another version. Needs no kernel and no object.
     *
     * @param schemaText the schema text of that version
     * @return the plan
     * @throws BpfException if the file can't be read, or is no schema text of this object
     */
    PlannedUpgrade plan(Path schemaText);
}
