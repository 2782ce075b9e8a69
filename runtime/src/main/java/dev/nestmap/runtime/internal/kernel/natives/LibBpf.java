/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.natives.NativeFunction;
import dev.nestmap.natives.NativeLibrary;

/**
 * The functions of libbpf that Nestmap calls, declared as in {@code bpf/bpf.h} and {@code bpf/libbpf.h}: pointers and {@code size_t} are
 * {@code long}, enums and {@code __u32} are {@code int}. Functions that return int return a negative errno on failure. Functions that
 * return a pointer return 0, and set errno: see {@link NativeLibraries#errnoOf}. Every {@code libbpf.so.1} has all of them, because libbpf
 * 1.0 has them. Those that entries need often are in fields.
 */
@SuppressWarnings("MemberName") // the names are libbpf's
public final class LibBpf extends NativeFunctions {
    private final NativeFunction bpfMapLookupElemFlags = function("bpf_map_lookup_elem_flags");
    private final NativeFunction bpfMapUpdateElem = function("bpf_map_update_elem");
    private final NativeFunction bpfMapLookupAndDeleteElemFlags = function("bpf_map_lookup_and_delete_elem_flags");
    private final NativeFunction bpfMapDeleteElem = function("bpf_map_delete_elem");
    private final NativeFunction bpfMapGetNextKey = function("bpf_map_get_next_key");
    private final NativeFunction bpfMapLookupBatch = function("bpf_map_lookup_batch");
    private final NativeFunction bpfMapLookupAndDeleteBatch = function("bpf_map_lookup_and_delete_batch");
    private final NativeFunction bpfMapUpdateBatch = function("bpf_map_update_batch");
    private final NativeFunction bpfMapDeleteBatch = function("bpf_map_delete_batch");
    private final NativeFunction bpfProgTestRunOpts = function("bpf_prog_test_run_opts");

    LibBpf(NativeLibrary library) {
        super(library);
    }

    /** The functions for one entry, which are called most often. They are constants, so that the JIT compiles them into their callers. */
    private static final class OfEntries {
        private static final LibBpf LIBBPF = NativeLibraries.libbpf();
        private static final NativeFunction LOOKUP = LIBBPF.bpfMapLookupElemFlags;
        private static final NativeFunction UPDATE = LIBBPF.bpfMapUpdateElem;
        private static final NativeFunction DELETE = LIBBPF.bpfMapDeleteElem;
    }

    /**
     * A function that may be the first to print. Redirecting libbpf's output takes Java tens of milliseconds, which a command that only reads
     * pins saves: functions that only make a system call print nothing.
     */
    private NativeFunction printing(String name, boolean savesErrno) {
        LibbpfLog.install();
        return savesErrno ? savingErrno(name) : function(name);
    }

    public int bpf_map_lookup_elem_flags(int fd, long key, long value, long flags) {
        return (int) OfEntries.LOOKUP.call(fd, key, value, flags);
    }

    public int bpf_map_update_elem(int fd, long key, long value, long flags) {
        return (int) OfEntries.UPDATE.call(fd, key, value, flags);
    }

    public int bpf_map_lookup_and_delete_elem_flags(int fd, long key, long value, long flags) {
        return (int) bpfMapLookupAndDeleteElemFlags.call(fd, key, value, flags);
    }

    public int bpf_map_delete_elem(int fd, long key) {
        return (int) OfEntries.DELETE.call(fd, key);
    }

    public int bpf_map_get_next_key(int fd, long key, long next_key) {
        return (int) bpfMapGetNextKey.call(fd, key, next_key);
    }

    public int bpf_map_lookup_batch(
            int fd, long in_batch, long out_batch, long keys, long values, long count, long opts) {
        return (int) bpfMapLookupBatch.call(fd, in_batch, out_batch, keys, values, count, opts);
    }

    public int bpf_map_lookup_and_delete_batch(
            int fd, long in_batch, long out_batch, long keys, long values, long count, long opts) {
        return (int) bpfMapLookupAndDeleteBatch.call(fd, in_batch, out_batch, keys, values, count, opts);
    }

    public int bpf_map_update_batch(int fd, long keys, long values, long count, long opts) {
        return (int) bpfMapUpdateBatch.call(fd, keys, values, count, opts);
    }

    public int bpf_map_delete_batch(int fd, long keys, long count, long opts) {
        return (int) bpfMapDeleteBatch.call(fd, keys, count, opts);
    }

    public int bpf_btf_get_fd_by_id(int id) {
        return (int) function("bpf_btf_get_fd_by_id").call(id);
    }

    public int bpf_map_get_fd_by_id(int id) {
        return (int) function("bpf_map_get_fd_by_id").call(id);
    }

    public int bpf_map_freeze(int fd) {
        return (int) function("bpf_map_freeze").call(fd);
    }

    public int bpf_prog_get_fd_by_id(int id) {
        return (int) function("bpf_prog_get_fd_by_id").call(id);
    }

    public int bpf_map_get_next_id(int start_id, long next_id) {
        return (int) function("bpf_map_get_next_id").call(start_id, next_id);
    }

    public int bpf_prog_get_next_id(int start_id, long next_id) {
        return (int) function("bpf_prog_get_next_id").call(start_id, next_id);
    }

    public int bpf_obj_pin(int fd, String pathname) {
        return (int) NativeText.with(pathname, text -> function("bpf_obj_pin").call(fd, text));
    }

    public int bpf_obj_get_opts(String pathname, long opts) {
        return (int)
                NativeText.with(pathname, text -> function("bpf_obj_get_opts").call(text, opts));
    }

    public int bpf_obj_get_info_by_fd(int bpf_fd, long info, long info_len) {
        return (int) function("bpf_obj_get_info_by_fd").call(bpf_fd, info, info_len);
    }

    public int bpf_prog_test_run_opts(int prog_fd, long opts) {
        return (int) bpfProgTestRunOpts.call(prog_fd, opts);
    }

    public long bpf_object__open_mem(long obj_buf, long obj_buf_sz, long opts) {
        return printing("bpf_object__open_mem", true).call(obj_buf, obj_buf_sz, opts);
    }

    public int bpf_object__load(long obj) {
        return (int) function("bpf_object__load").call(obj);
    }

    public void bpf_object__close(long obj) {
        function("bpf_object__close").call(obj);
    }

    public long bpf_object__next_map(long obj, long map) {
        return savingErrno("bpf_object__next_map").call(obj, map);
    }

    public long bpf_object__next_program(long obj, long prog) {
        return savingErrno("bpf_object__next_program").call(obj, prog);
    }

    public String bpf_map__name(long map) {
        return NativeText.read(function("bpf_map__name").call(map));
    }

    public int bpf_map__reuse_fd(long map, int fd) {
        return (int) function("bpf_map__reuse_fd").call(map, fd);
    }

    public int bpf_map__set_inner_map_fd(long map, int fd) {
        return (int) function("bpf_map__set_inner_map_fd").call(map, fd);
    }

    public int bpf_map__key_size(long map) {
        return (int) function("bpf_map__key_size").call(map);
    }

    public int bpf_map__set_key_size(long map, int size) {
        return (int) function("bpf_map__set_key_size").call(map, size);
    }

    public int bpf_map__set_value_size(long map, int size) {
        return (int) function("bpf_map__set_value_size").call(map, size);
    }

    public int bpf_map__set_max_entries(long map, int max_entries) {
        return (int) function("bpf_map__set_max_entries").call(map, max_entries);
    }

    /** The initial content of a section's map before the load, and its size at {@code psize}; otherwise 0. */
    public long bpf_map__initial_value(long map, long psize) {
        return savingErrno("bpf_map__initial_value").call(map, psize);
    }

    public int bpf_map__set_initial_value(long map, long data, long size) {
        return (int) function("bpf_map__set_initial_value").call(map, data, size);
    }

    /** NULL as {@code path} removes the path. */
    public int bpf_map__set_pin_path(long map, long path) {
        return (int) function("bpf_map__set_pin_path").call(map, path);
    }

    /** The second parameter is a C {@code bool}, 0 or 1. */
    public int bpf_map__set_autocreate(long map, int autocreate) {
        return (int) function("bpf_map__set_autocreate").call(map, autocreate);
    }

    /** Returns a C {@code bool}: only the lowest byte of the register is defined. */
    public byte bpf_map__autocreate(long map) {
        return (byte) function("bpf_map__autocreate").call(map);
    }

    public int bpf_map__map_flags(long map) {
        return (int) function("bpf_map__map_flags").call(map);
    }

    public int bpf_map__set_map_flags(long map, int flags) {
        return (int) function("bpf_map__set_map_flags").call(map, flags);
    }

    public int bpf_map__set_type(long map, int type) {
        return (int) function("bpf_map__set_type").call(map, type);
    }

    public int bpf_map__set_map_extra(long map, long map_extra) {
        return (int) function("bpf_map__set_map_extra").call(map, map_extra);
    }

    /** Gives the kernel a struct of functions. Older versions than 1.2 make no link of the kernel, whatever the flags of the map. */
    public long bpf_map__attach_struct_ops(long map) {
        return savingErrno("bpf_map__attach_struct_ops").call(map);
    }

    public int bpf_map__fd(long map) {
        return (int) function("bpf_map__fd").call(map);
    }

    public int bpf_map__type(long map) {
        return (int) function("bpf_map__type").call(map);
    }

    /** The declared inner map of an outer map, before the load; otherwise 0. */
    public long bpf_map__inner_map(long map) {
        return savingErrno("bpf_map__inner_map").call(map);
    }

    public int bpf_map__btf_key_type_id(long map) {
        return (int) function("bpf_map__btf_key_type_id").call(map);
    }

    public int bpf_map__btf_value_type_id(long map) {
        return (int) function("bpf_map__btf_value_type_id").call(map);
    }

    public int bpf_object__btf_fd(long obj) {
        return (int) function("bpf_object__btf_fd").call(obj);
    }

    /** Returns a C {@code bool}: only the lowest byte of the register is defined. */
    public byte bpf_map__is_internal(long map) {
        return (byte) function("bpf_map__is_internal").call(map);
    }

    public String bpf_program__name(long prog) {
        return NativeText.read(function("bpf_program__name").call(prog));
    }

    public String bpf_program__section_name(long prog) {
        return NativeText.read(function("bpf_program__section_name").call(prog));
    }

    public int bpf_program__fd(long prog) {
        return (int) function("bpf_program__fd").call(prog);
    }

    /** Returns a C {@code bool}: only the lowest byte of the register is defined. */
    public byte bpf_program__autoload(long prog) {
        return (byte) function("bpf_program__autoload").call(prog);
    }

    /** Finds the function, tracepoint or hook in the kernel's BTF if the file descriptor is 0. Set the types of the program before. */
    public int bpf_program__set_attach_target(long prog, int attach_prog_fd, String attach_func_name) {
        return (int) NativeText.with(
                attach_func_name,
                text -> function("bpf_program__set_attach_target").call(prog, attach_prog_fd, text));
    }

    /** The second parameter is a C {@code bool}, 0 or 1. */
    public int bpf_program__set_autoload(long prog, int autoload) {
        return (int) function("bpf_program__set_autoload").call(prog, autoload);
    }

    public long bpf_program__attach_usdt(
            long prog, int pid, String binary_path, String usdt_provider, String usdt_name, long opts) {
        return NativeText.with(
                binary_path,
                path -> NativeText.with(
                        usdt_provider,
                        provider -> NativeText.with(
                                usdt_name,
                                name -> savingErrno("bpf_program__attach_usdt")
                                        .call(prog, pid, path, provider, name, opts))));
    }

    public String libbpf_version_string() {
        return NativeText.read(function("libbpf_version_string").call());
    }

    public int bpf_program__expected_attach_type(long prog) {
        return (int) function("bpf_program__expected_attach_type").call(prog);
    }

    public int bpf_prog_attach(int prog_fd, int attachable_fd, int type, int flags) {
        return (int) function("bpf_prog_attach").call(prog_fd, attachable_fd, type, flags);
    }

    public int bpf_prog_detach2(int prog_fd, int attachable_fd, int type) {
        return (int) function("bpf_prog_detach2").call(prog_fd, attachable_fd, type);
    }

    public int bpf_link__destroy(long link) {
        return (int) function("bpf_link__destroy").call(link);
    }

    public int bpf_link__fd(long link) {
        return (int) function("bpf_link__fd").call(link);
    }

    public int bpf_xdp_query_id(int ifindex, int flags, long prog_id) {
        return (int) printing("bpf_xdp_query_id", false).call(ifindex, flags, prog_id);
    }

    public int bpf_tc_hook_create(long hook) {
        return (int) printing("bpf_tc_hook_create", false).call(hook);
    }

    public int bpf_tc_attach(long hook, long opts) {
        return (int) printing("bpf_tc_attach", false).call(hook, opts);
    }

    public int bpf_tc_query(long hook, long opts) {
        return (int) printing("bpf_tc_query", false).call(hook, opts);
    }

    public int bpf_tc_detach(long hook, long opts) {
        return (int) printing("bpf_tc_detach", false).call(hook, opts);
    }

    public int bpf_program__type(long prog) {
        return (int) function("bpf_program__type").call(prog);
    }

    public int bpf_program__set_type(long prog, int type) {
        return (int) function("bpf_program__set_type").call(prog, type);
    }

    public int bpf_program__set_expected_attach_type(long prog, int type) {
        return (int) function("bpf_program__set_expected_attach_type").call(prog, type);
    }

    public int bpf_program__flags(long prog) {
        return (int) function("bpf_program__flags").call(prog);
    }

    public int bpf_program__set_flags(long prog, int flags) {
        return (int) function("bpf_program__set_flags").call(prog, flags);
    }

    /**
     * Takes the address of a {@code libbpf_print_fn_t}. Returns that of the previous function.
     */
    public long libbpf_set_print(long fn) {
        return function("libbpf_set_print").call(fn);
    }
}
