/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import dev.nestmap.natives.NativeFunction;
import dev.nestmap.natives.NativeLibrary;

/**
 * The functions of libbpf that Nestmap calls, declared as in {@code bpf/bpf.h} and {@code bpf/libbpf.h}: pointers and {@code size_t} are
 * {@code long}, enums and {@code __u32} are {@code int}. Functions that return int return a negative errno on failure. Functions that
 * return a pointer return 0, and set errno: see {@link NativeLibraries#errnoOf}. Every {@code libbpf.so.1} has all of them, because libbpf 1.0 has them. Each is linked by its first call.
 */
@SuppressWarnings("MemberName") // the names are libbpf's
public final class LibBpf extends NativeFunctions {
    private final NativeFunction bpfMapLookupElem = function("bpf_map_lookup_elem");
    private final NativeFunction bpfMapLookupElemFlags = function("bpf_map_lookup_elem_flags");
    private final NativeFunction bpfMapUpdateElem = function("bpf_map_update_elem");
    private final NativeFunction bpfMapLookupAndDeleteElem = function("bpf_map_lookup_and_delete_elem");
    private final NativeFunction bpfMapLookupAndDeleteElemFlags = function("bpf_map_lookup_and_delete_elem_flags");
    private final NativeFunction bpfMapDeleteElem = function("bpf_map_delete_elem");
    private final NativeFunction bpfMapGetNextKey = function("bpf_map_get_next_key");
    private final NativeFunction bpfMapLookupBatch = function("bpf_map_lookup_batch");
    private final NativeFunction bpfMapLookupAndDeleteBatch = function("bpf_map_lookup_and_delete_batch");
    private final NativeFunction bpfMapUpdateBatch = function("bpf_map_update_batch");
    private final NativeFunction bpfMapDeleteBatch = function("bpf_map_delete_batch");
    private final NativeFunction bpfMapCreate = function("bpf_map_create");
    private final NativeFunction bpfBtfLoad = function("bpf_btf_load");
    private final NativeFunction bpfBtfGetFdById = function("bpf_btf_get_fd_by_id");
    private final NativeFunction bpfMapGetFdById = function("bpf_map_get_fd_by_id");
    private final NativeFunction bpfMapGetFdByIdOpts = function("bpf_map_get_fd_by_id_opts");
    private final NativeFunction bpfProgGetFdById = function("bpf_prog_get_fd_by_id");
    private final NativeFunction bpfMapGetNextId = function("bpf_map_get_next_id");
    private final NativeFunction bpfProgGetNextId = function("bpf_prog_get_next_id");
    private final NativeFunction bpfObjPin = function("bpf_obj_pin");
    private final NativeFunction bpfObjGetOpts = function("bpf_obj_get_opts");
    private final NativeFunction bpfObjGetInfoByFd = function("bpf_obj_get_info_by_fd");
    private final NativeFunction bpfProgTestRunOpts = function("bpf_prog_test_run_opts");
    private final NativeFunction bpfObjectOpenMem = savingErrno("bpf_object__open_mem");
    private final NativeFunction bpfObjectLoad = function("bpf_object__load");
    private final NativeFunction bpfObjectClose = function("bpf_object__close");
    private final NativeFunction bpfObjectNextMap = savingErrno("bpf_object__next_map");
    private final NativeFunction bpfObjectNextProgram = savingErrno("bpf_object__next_program");
    private final NativeFunction bpfMapName = function("bpf_map__name");
    private final NativeFunction bpfMapReuseFd = function("bpf_map__reuse_fd");
    private final NativeFunction bpfMapSetInnerMapFd = function("bpf_map__set_inner_map_fd");
    private final NativeFunction bpfMapKeySize = function("bpf_map__key_size");
    private final NativeFunction bpfMapSetKeySize = function("bpf_map__set_key_size");
    private final NativeFunction bpfMapSetValueSize = function("bpf_map__set_value_size");
    private final NativeFunction bpfMapSetMaxEntries = function("bpf_map__set_max_entries");
    private final NativeFunction bpfMapInitialValue = savingErrno("bpf_map__initial_value");
    private final NativeFunction bpfMapSetInitialValue = function("bpf_map__set_initial_value");
    private final NativeFunction bpfMapSetPinPath = function("bpf_map__set_pin_path");
    private final NativeFunction bpfMapSetAutocreate = function("bpf_map__set_autocreate");
    private final NativeFunction bpfMapAutocreate = function("bpf_map__autocreate");
    private final NativeFunction bpfMapMapFlags = function("bpf_map__map_flags");
    private final NativeFunction bpfMapSetMapFlags = function("bpf_map__set_map_flags");
    private final NativeFunction bpfMapSetType = function("bpf_map__set_type");
    private final NativeFunction bpfMapSetMapExtra = function("bpf_map__set_map_extra");
    private final NativeFunction bpfMapAttachStructOps = savingErrno("bpf_map__attach_struct_ops");
    private final NativeFunction bpfMapFd = function("bpf_map__fd");
    private final NativeFunction bpfMapType = function("bpf_map__type");
    private final NativeFunction bpfMapInnerMap = savingErrno("bpf_map__inner_map");
    private final NativeFunction bpfMapBtfKeyTypeId = function("bpf_map__btf_key_type_id");
    private final NativeFunction bpfMapBtfValueTypeId = function("bpf_map__btf_value_type_id");
    private final NativeFunction bpfObjectBtfFd = function("bpf_object__btf_fd");
    private final NativeFunction bpfMapIsInternal = function("bpf_map__is_internal");
    private final NativeFunction bpfProgramName = function("bpf_program__name");
    private final NativeFunction bpfProgramSectionName = function("bpf_program__section_name");
    private final NativeFunction bpfProgramFd = function("bpf_program__fd");
    private final NativeFunction bpfProgramAutoload = function("bpf_program__autoload");
    private final NativeFunction bpfProgramSetAttachTarget = function("bpf_program__set_attach_target");
    private final NativeFunction bpfProgramSetAutoload = function("bpf_program__set_autoload");
    private final NativeFunction bpfProgramAttachUsdt = savingErrno("bpf_program__attach_usdt");
    private final NativeFunction libbpfVersionString = function("libbpf_version_string");
    private final NativeFunction bpfProgramExpectedAttachType = function("bpf_program__expected_attach_type");
    private final NativeFunction bpfProgAttach = function("bpf_prog_attach");
    private final NativeFunction bpfProgDetach2 = function("bpf_prog_detach2");
    private final NativeFunction bpfLinkDestroy = function("bpf_link__destroy");
    private final NativeFunction bpfLinkFd = function("bpf_link__fd");
    private final NativeFunction bpfXdpQueryId = function("bpf_xdp_query_id");
    private final NativeFunction bpfTcHookCreate = function("bpf_tc_hook_create");
    private final NativeFunction bpfTcAttach = function("bpf_tc_attach");
    private final NativeFunction bpfTcQuery = function("bpf_tc_query");
    private final NativeFunction bpfTcDetach = function("bpf_tc_detach");
    private final NativeFunction bpfProgramType = function("bpf_program__type");
    private final NativeFunction bpfProgramSetType = function("bpf_program__set_type");
    private final NativeFunction bpfProgramSetExpectedAttachType = function("bpf_program__set_expected_attach_type");
    private final NativeFunction bpfProgramFlags = function("bpf_program__flags");
    private final NativeFunction bpfProgramSetFlags = function("bpf_program__set_flags");
    private final NativeFunction libbpfSetPrint = function("libbpf_set_print");

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

    public int bpf_map_lookup_elem(int fd, long key, long value) {
        return (int) bpfMapLookupElem.call(fd, key, value);
    }

    public int bpf_map_lookup_elem_flags(int fd, long key, long value, long flags) {
        return (int) OfEntries.LOOKUP.call(fd, key, value, flags);
    }

    public int bpf_map_update_elem(int fd, long key, long value, long flags) {
        return (int) OfEntries.UPDATE.call(fd, key, value, flags);
    }

    public int bpf_map_lookup_and_delete_elem(int fd, long key, long value) {
        return (int) bpfMapLookupAndDeleteElem.call(fd, key, value);
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

    public int bpf_map_create(int map_type, String map_name, int key_size, int value_size, int max_entries, long opts) {
        try (NativeText map_nameBytes = NativeText.of(map_name)) {
            return (int) bpfMapCreate.call(map_type, map_nameBytes.address(), key_size, value_size, max_entries, opts);
        }
    }

    public int bpf_btf_load(long btf_data, long btf_size, long opts) {
        return (int) bpfBtfLoad.call(btf_data, btf_size, opts);
    }

    public int bpf_btf_get_fd_by_id(int id) {
        return (int) bpfBtfGetFdById.call(id);
    }

    public int bpf_map_get_fd_by_id(int id) {
        return (int) bpfMapGetFdById.call(id);
    }

    public int bpf_map_get_fd_by_id_opts(int id, long opts) {
        return (int) bpfMapGetFdByIdOpts.call(id, opts);
    }

    public int bpf_prog_get_fd_by_id(int id) {
        return (int) bpfProgGetFdById.call(id);
    }

    public int bpf_map_get_next_id(int start_id, long next_id) {
        return (int) bpfMapGetNextId.call(start_id, next_id);
    }

    public int bpf_prog_get_next_id(int start_id, long next_id) {
        return (int) bpfProgGetNextId.call(start_id, next_id);
    }

    public int bpf_obj_pin(int fd, String pathname) {
        try (NativeText pathnameBytes = NativeText.of(pathname)) {
            return (int) bpfObjPin.call(fd, pathnameBytes.address());
        }
    }

    public int bpf_obj_get_opts(String pathname, long opts) {
        try (NativeText pathnameBytes = NativeText.of(pathname)) {
            return (int) bpfObjGetOpts.call(pathnameBytes.address(), opts);
        }
    }

    public int bpf_obj_get_info_by_fd(int bpf_fd, long info, long info_len) {
        return (int) bpfObjGetInfoByFd.call(bpf_fd, info, info_len);
    }

    public int bpf_prog_test_run_opts(int prog_fd, long opts) {
        return (int) bpfProgTestRunOpts.call(prog_fd, opts);
    }

    public long bpf_object__open_mem(long obj_buf, long obj_buf_sz, long opts) {
        return bpfObjectOpenMem.call(obj_buf, obj_buf_sz, opts);
    }

    public int bpf_object__load(long obj) {
        return (int) bpfObjectLoad.call(obj);
    }

    public void bpf_object__close(long obj) {
        bpfObjectClose.call(obj);
    }

    public long bpf_object__next_map(long obj, long map) {
        return bpfObjectNextMap.call(obj, map);
    }

    public long bpf_object__next_program(long obj, long prog) {
        return bpfObjectNextProgram.call(obj, prog);
    }

    public String bpf_map__name(long map) {
        return NativeText.read(bpfMapName.call(map));
    }

    public int bpf_map__reuse_fd(long map, int fd) {
        return (int) bpfMapReuseFd.call(map, fd);
    }

    public int bpf_map__set_inner_map_fd(long map, int fd) {
        return (int) bpfMapSetInnerMapFd.call(map, fd);
    }

    public int bpf_map__key_size(long map) {
        return (int) bpfMapKeySize.call(map);
    }

    public int bpf_map__set_key_size(long map, int size) {
        return (int) bpfMapSetKeySize.call(map, size);
    }

    public int bpf_map__set_value_size(long map, int size) {
        return (int) bpfMapSetValueSize.call(map, size);
    }

    public int bpf_map__set_max_entries(long map, int max_entries) {
        return (int) bpfMapSetMaxEntries.call(map, max_entries);
    }

    /** The initial content of a section's map before the load, and its size at {@code psize}; otherwise 0. */
    public long bpf_map__initial_value(long map, long psize) {
        return bpfMapInitialValue.call(map, psize);
    }

    public int bpf_map__set_initial_value(long map, long data, long size) {
        return (int) bpfMapSetInitialValue.call(map, data, size);
    }

    /** NULL as {@code path} removes the path. */
    public int bpf_map__set_pin_path(long map, long path) {
        return (int) bpfMapSetPinPath.call(map, path);
    }

    /** The second parameter is a C {@code bool}, 0 or 1. */
    public int bpf_map__set_autocreate(long map, int autocreate) {
        return (int) bpfMapSetAutocreate.call(map, autocreate);
    }

    /** Returns a C {@code bool}: only the lowest byte of the register is defined. */
    public byte bpf_map__autocreate(long map) {
        return (byte) bpfMapAutocreate.call(map);
    }

    public int bpf_map__map_flags(long map) {
        return (int) bpfMapMapFlags.call(map);
    }

    public int bpf_map__set_map_flags(long map, int flags) {
        return (int) bpfMapSetMapFlags.call(map, flags);
    }

    public int bpf_map__set_type(long map, int type) {
        return (int) bpfMapSetType.call(map, type);
    }

    public int bpf_map__set_map_extra(long map, long map_extra) {
        return (int) bpfMapSetMapExtra.call(map, map_extra);
    }

    /** Gives the kernel a struct of functions. Older versions than 1.2 make no link of the kernel, whatever the flags of the map. */
    public long bpf_map__attach_struct_ops(long map) {
        return bpfMapAttachStructOps.call(map);
    }

    public int bpf_map__fd(long map) {
        return (int) bpfMapFd.call(map);
    }

    public int bpf_map__type(long map) {
        return (int) bpfMapType.call(map);
    }

    /** The declared inner map of an outer map, before the load; otherwise 0. */
    public long bpf_map__inner_map(long map) {
        return bpfMapInnerMap.call(map);
    }

    public int bpf_map__btf_key_type_id(long map) {
        return (int) bpfMapBtfKeyTypeId.call(map);
    }

    public int bpf_map__btf_value_type_id(long map) {
        return (int) bpfMapBtfValueTypeId.call(map);
    }

    public int bpf_object__btf_fd(long obj) {
        return (int) bpfObjectBtfFd.call(obj);
    }

    /** Returns a C {@code bool}: only the lowest byte of the register is defined. */
    public byte bpf_map__is_internal(long map) {
        return (byte) bpfMapIsInternal.call(map);
    }

    public String bpf_program__name(long prog) {
        return NativeText.read(bpfProgramName.call(prog));
    }

    public String bpf_program__section_name(long prog) {
        return NativeText.read(bpfProgramSectionName.call(prog));
    }

    public int bpf_program__fd(long prog) {
        return (int) bpfProgramFd.call(prog);
    }

    /** Returns a C {@code bool}: only the lowest byte of the register is defined. */
    public byte bpf_program__autoload(long prog) {
        return (byte) bpfProgramAutoload.call(prog);
    }

    /** Finds the function, tracepoint or hook in the kernel's BTF if the file descriptor is 0. Set the types of the program before. */
    public int bpf_program__set_attach_target(long prog, int attach_prog_fd, String attach_func_name) {
        try (NativeText attach_func_nameBytes = NativeText.of(attach_func_name)) {
            return (int) bpfProgramSetAttachTarget.call(prog, attach_prog_fd, attach_func_nameBytes.address());
        }
    }

    /** The second parameter is a C {@code bool}, 0 or 1. */
    public int bpf_program__set_autoload(long prog, int autoload) {
        return (int) bpfProgramSetAutoload.call(prog, autoload);
    }

    public long bpf_program__attach_usdt(
            long prog, int pid, String binary_path, String usdt_provider, String usdt_name, long opts) {
        try (NativeText binary_pathBytes = NativeText.of(binary_path);
                NativeText usdt_providerBytes = NativeText.of(usdt_provider);
                NativeText usdt_nameBytes = NativeText.of(usdt_name)) {
            return bpfProgramAttachUsdt.call(
                    prog,
                    pid,
                    binary_pathBytes.address(),
                    usdt_providerBytes.address(),
                    usdt_nameBytes.address(),
                    opts);
        }
    }

    public String libbpf_version_string() {
        return NativeText.read(libbpfVersionString.call());
    }

    public int bpf_program__expected_attach_type(long prog) {
        return (int) bpfProgramExpectedAttachType.call(prog);
    }

    public int bpf_prog_attach(int prog_fd, int attachable_fd, int type, int flags) {
        return (int) bpfProgAttach.call(prog_fd, attachable_fd, type, flags);
    }

    public int bpf_prog_detach2(int prog_fd, int attachable_fd, int type) {
        return (int) bpfProgDetach2.call(prog_fd, attachable_fd, type);
    }

    public int bpf_link__destroy(long link) {
        return (int) bpfLinkDestroy.call(link);
    }

    public int bpf_link__fd(long link) {
        return (int) bpfLinkFd.call(link);
    }

    public int bpf_xdp_query_id(int ifindex, int flags, long prog_id) {
        return (int) bpfXdpQueryId.call(ifindex, flags, prog_id);
    }

    public int bpf_tc_hook_create(long hook) {
        return (int) bpfTcHookCreate.call(hook);
    }

    public int bpf_tc_attach(long hook, long opts) {
        return (int) bpfTcAttach.call(hook, opts);
    }

    public int bpf_tc_query(long hook, long opts) {
        return (int) bpfTcQuery.call(hook, opts);
    }

    public int bpf_tc_detach(long hook, long opts) {
        return (int) bpfTcDetach.call(hook, opts);
    }

    public int bpf_program__type(long prog) {
        return (int) bpfProgramType.call(prog);
    }

    public int bpf_program__set_type(long prog, int type) {
        return (int) bpfProgramSetType.call(prog, type);
    }

    public int bpf_program__set_expected_attach_type(long prog, int type) {
        return (int) bpfProgramSetExpectedAttachType.call(prog, type);
    }

    public int bpf_program__flags(long prog) {
        return (int) bpfProgramFlags.call(prog);
    }

    public int bpf_program__set_flags(long prog, int flags) {
        return (int) bpfProgramSetFlags.call(prog, flags);
    }

    /**
     * Takes the address of a {@code libbpf_print_fn_t}. Returns that of the previous function.
     */
    public long libbpf_set_print(long fn) {
        return libbpfSetPrint.call(fn);
    }
}
