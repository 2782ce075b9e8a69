/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import io.jstach.jstache.JStache;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a header, as its template wants it.
 *
 * @param origin the Java type that it was made from, null where there is none
 * @param guard macro that keeps it from being read twice
 * @param maps whether it says anything that needs {@code linux/bpf.h}, or types of that are asserted
 * @param bool whether it says {@code bool}
 * @param kernelIncludes further headers of the kernel that {@code vmlinux.h} stands for
 * @param uapi those of the kernel that must be there besides {@code vmlinux.h}, which does not say where its types are from
 * @param foreignIncludes headers of the user's
 * @param includes generated headers that it includes, without {@code .bpf.h}
 * @param newer types of the kernel that older headers of it lack
 * @param clang the number of the clang that it takes at least, null where that is any
 * @param external the layout of types that are defined elsewhere, before all that uses them: compilers tell the first error first
 * @param externalBits what of that takes a newer compiler
 * @param enums definitions
 * @param structs definitions, with unions among them
 * @param inners definitions of inner maps
 * @param linkable whether it may be included from several C files of one object
 * @param instances the maps that the object has of these definitions
 * @param programs the programs that are in slots, declared under names by which they can be spoken of before they are defined
 * @param variables the other maps that the object has
 * @param anchor what keeps the types in BTF, null where there are none
 * @param functions helpers of single maps
 * @param requests helpers that note what is missing in an outer map
 * @param fused helpers that go through an outer map
 * @param asserts the layout, statement by statement
 */
@JStache(path = "header")
record Header(
        @Nullable String origin,
        String guard,
        boolean maps,
        boolean bool,
        List<String> kernelIncludes,
        List<String> uapi,
        List<String> foreignIncludes,
        List<String> includes,
        List<Newer> newer,
        @Nullable String clang,
        List<String> external,
        List<String> externalBits,
        List<Block> enums,
        List<Block> structs,
        List<MapBlock> inners,
        boolean linkable,
        List<Instance> instances,
        List<ProgramSlot> programs,
        List<MapBlock> variables,
        @Nullable Block anchor,
        List<Function> functions,
        List<Request> requests,
        List<Fused> fused,
        List<String> asserts) {

    /**
     * A name with a brace and lines in it.
     *
     * @param attributes what stands behind the brace
     * @param onlyOnce the macro that is defined where another header had it already; null where no other has it
     */
    record Block(
            String name,
            List<String> members,
            String attributes,
            @Nullable String onlyOnce) {}

    /**
     * A type of the kernel for whose headers are older than it.
     *
     * @param onlyOnce the macro that is defined where another header had it already
     * @param since the Linux that has it first, as {@code KERNEL_VERSION} wants it
     * @param word what it is an array of
     */
    record Newer(String name, String onlyOnce, String since, String word, String words, String alignment) {}

    /**
     * A map of an inner map's definition.
     *
     * @param name the variable
     * @param definition its struct's tag
     * @param end what stands behind the section
     */
    record Instance(String name, String definition, String end) {}

    /**
     * A program in a slot.
     *
     * @param name what it is called in the header
     * @param program what it is called in the object
     */
    record ProgramSlot(String name, String program) {}

    /**
     * A map definition; a {@code __uint} or {@code __type} that is null is left out.
     *
     * @param programs whether its values are programs
     * @param end what stands behind the section
     * @param initializer the lines after that, with what is in it from the start
     */
    record MapBlock(
            String name,
            String type,
            @Nullable String maxEntries,
            @Nullable String flags,
            @Nullable String extra,
            @Nullable String numaNode,
            @Nullable String key,
            @Nullable String value,
            @Nullable String inner,
            boolean programs,
            String end,
            List<String> initializer) {}

    /**
     * A helper of one map.
     *
     * @param head its type, name and parameters
     * @param body its lines
     */
    record Function(String head, List<String> body) {}

    /**
     * The helpers of an outer map whose inner maps are made on demand: one that notes a missing key, and one that looks an
     * inner map up and does so.
     *
     * @param head type, name and parameters of the first
     * @param key the key's address
     * @param outside when a key can have no inner map at all; null where each can
     * @param noted the map that missing keys are noted in
     * @param unnoted the map that counts what could not be noted
     * @param missed the variable for a count
     * @param first the variable for the first count of a key
     * @param all the variable for the key of the only count of what could not be noted
     * @param orRequestHead type, name and parameters of the second
     * @param definition tag of the inner map's definition
     * @param handle the variable for the inner map
     * @param outerLookup call that finds the inner map
     * @param requestCall call of the first
     */
    record Request(
            String head,
            String key,
            @Nullable String outside,
            String noted,
            String unnoted,
            String missed,
            String first,
            String all,
            String orRequestHead,
            String definition,
            String handle,
            String outerLookup,
            String requestCall) {}

    /**
     * A helper through both levels.
     *
     * @param head its type, name and parameters
     * @param definition tag of the inner map's definition
     * @param handle the variable for the inner map
     * @param outerLookup call that finds the inner map
     * @param innerCall call of the inner map's helper
     * @param absent what it gives where there is no inner map
     */
    record Fused(String head, String definition, String handle, String outerLookup, String innerCall, String absent) {}
}
