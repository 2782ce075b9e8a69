/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import io.jstach.jstache.JStache;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The content of a header, in the form that its template needs.
 *
 * @param origin the Java type that the header is generated from, or null
 * @param guard the include guard
 * @param maps whether the header needs {@code linux/bpf.h}: it defines maps or variables, or uses or asserts types of that header
 * @param bool whether the header uses {@code bool}
 * @param kernelIncludes other kernel headers, whose types {@code vmlinux.h} also has
 * @param uapi the kernel headers that must be installed even if the program includes {@code vmlinux.h}, which does not show which header
 *     a type is from. An installed header is part of the kernel's interface to user space
 * @param foreignIncludes headers that developers wrote
 * @param includes generated headers, without {@code .bpf.h}
 * @param enoent whether the header uses {@code ENOENT}
 * @param pointers whether the header has helpers that return a pointer
 * @param newer definitions of kernel types that older kernel headers lack
 * @param clang the oldest major version of clang that can compile the header, or null for any
 * @param external asserts for the layout of types in other headers. They precede everything that uses the types, so that the compiler
 *     reports them first
 * @param externalBits further asserts of this kind, which need clang 16
 * @param enums definitions of enums
 * @param structs definitions of structs and unions
 * @param constants global variables that user space sets before the object is loaded
 * @param shared global variables that user space and programs share
 * @param inners definitions of inner maps
 * @param linkable whether several C files of one object can include the header
 * @param declaredInners variables that share the definition of an inner map
 * @param programs programs in slots. The header declares them under other names, so that it can refer to them before their definitions
 * @param variables the variables of the other maps of the object
 * @param anchor the variable that keeps the types in BTF, or null if there are no types
 * @param functions helpers for single maps
 * @param requests helpers that request missing inner maps
 * @param combined helpers that look up an inner map and use it
 * @param asserts asserts for the layout of types that the header defines
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
        boolean enoent,
        boolean pointers,
        List<NewKernelType> newer,
        @Nullable String clang,
        List<String> external,
        List<String> externalBits,
        List<Block> enums,
        List<Block> structs,
        List<String> constants,
        List<String> shared,
        List<MapBlock> inners,
        boolean linkable,
        List<DeclaredInner> declaredInners,
        List<ProgramSlot> programs,
        List<MapBlock> variables,
        @Nullable Block anchor,
        List<Function> functions,
        List<RequestHelpers> requests,
        List<CombinedHelper> combined,
        List<String> asserts) {

    /**
     * A definition with members.
     *
     * @param attributes the attributes after the closing brace
     * @param onlyOnce guard macro for a type that several headers define, or null
     */
    record Block(
            String name,
            List<String> members,
            String attributes,
            @Nullable String onlyOnce) {}

    /**
     * A definition of a kernel type, for kernel headers that lack it.
     *
     * @param onlyOnce guard macro
     * @param since the first Linux version with the type, as arguments of {@code KERNEL_VERSION}
     * @param word element type of the array that stands in for the members
     * @param words length of that array
     * @param alignment in bytes
     */
    record NewKernelType(String name, String onlyOnce, String since, String word, String words, String alignment) {}

    /**
     * A variable that shares the definition of an inner map.
     *
     * @param definition tag of the struct
     * @param end the text after the section
     */
    record DeclaredInner(String name, String definition, String end) {}

    /**
     * A declaration of a program in a slot.
     *
     * @param name its name in the header
     * @param program its name in the object
     */
    record ProgramSlot(String name, String program) {}

    /**
     * A map definition. It has no {@code __uint} or {@code __type} for null.
     *
     * @param pinnedByName whether it requests a pin with its name
     * @param programs whether the values are programs
     * @param end the text after the section
     * @param initializer the lines after that, with the initial slots
     */
    record MapBlock(
            String name,
            String type,
            @Nullable String maxEntries,
            @Nullable String flags,
            @Nullable String extra,
            @Nullable String numaNode,
            boolean pinnedByName,
            @Nullable String key,
            @Nullable String value,
            @Nullable String inner,
            boolean programs,
            String end,
            List<String> initializer) {}

    /**
     * A helper for one map.
     *
     * @param head return type, name and parameters
     * @param body the lines between the braces
     */
    record Function(String head, List<String> body) {}

    /**
     * The helpers of an outer map whose inner maps are created on demand: one that requests an inner map, and one that looks it up and
     * requests it if it is missing.
     *
     * @param head return type, name and parameters of the first helper
     * @param key the key's address
     * @param outside C condition for a key that can't have an inner map, or null
     * @param requests address of the map with the requested keys and the number of misses of each
     * @param lost address of the map with the number of misses that left no request
     * @param count local variable for the pointer to a count
     * @param one local variable for the first count
     * @param zero local variable for the key of the single count
     * @param orRequestHead return type, name and parameters of the second helper
     * @param definition tag of the inner map's definition
     * @param map local variable for the inner map
     * @param outerLookup call that looks up the inner map
     * @param requestCall call of the first helper
     */
    record RequestHelpers(
            String head,
            String key,
            @Nullable String outside,
            String requests,
            String lost,
            String count,
            String one,
            String zero,
            String orRequestHead,
            String definition,
            String map,
            String outerLookup,
            String requestCall) {}

    /**
     * A helper that looks up an inner map and calls a helper of the inner map.
     *
     * @param head return type, name and parameters
     * @param definition tag of the inner map's definition
     * @param map local variable for the inner map
     * @param outerLookup call that looks up the inner map
     * @param innerCall call of the inner map's helper
     * @param absent the result if there is no inner map
     */
    record CombinedHelper(
            String head, String definition, String map, String outerLookup, String innerCall, String absent) {}
}
