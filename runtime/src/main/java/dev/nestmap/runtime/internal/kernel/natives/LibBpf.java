/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.kernel.natives;

import jnr.ffi.annotations.Delegate;
import jnr.ffi.annotations.IgnoreError;

/**
 * The functions of libbpf that Nestmap calls, declared as in {@code bpf/bpf.h} and {@code bpf/libbpf.h}: pointers and {@code size_t} are
 * {@code long}, enums and {@code __u32} are {@code int}. Functions that return int return a negative errno on failure. Every {@code
 * libbpf.so.1} has all of them, because libbpf 1.0 has them.
 *
 * <p>Do not declare a function with six primitive parameters: on x86-64, JNR 2.3.4 passes garbage as the sixth argument. The interface is
 * public because JNR implements it in another class loader.
 */
@SuppressWarnings("MemberName") // the names are libbpf's
public interface LibBpf {
    // Called often. The result contains the errno, so JNR does not have to save it.
    @IgnoreError
    int bpf_map_lookup_elem(int fd, long key, long value);

    @IgnoreError
    int bpf_map_lookup_elem_flags(int fd, long key, long value, long flags);

    @IgnoreError
    int bpf_map_update_elem(int fd, long key, long value, long flags);

    @IgnoreError
    int bpf_map_lookup_and_delete_elem(int fd, long key, long value);

    @IgnoreError
    int bpf_map_lookup_and_delete_elem_flags(int fd, long key, long value, long flags);

    @IgnoreError
    int bpf_map_delete_elem(int fd, long key);

    @IgnoreError
    int bpf_map_get_next_key(int fd, long key, long next_key);

    int bpf_map_lookup_batch(int fd, long in_batch, long out_batch, long keys, long values, long count, long opts);

    int bpf_map_lookup_and_delete_batch(
            int fd, long in_batch, long out_batch, long keys, long values, long count, long opts);

    int bpf_map_update_batch(int fd, long keys, long values, long count, long opts);

    int bpf_map_delete_batch(int fd, long keys, long count, long opts);

    /** The name is no address, because JNR 2.3.4 passes a wrong sixth argument on x86-64 if all six are numbers. */
    int bpf_map_create(int map_type, String map_name, int key_size, int value_size, int max_entries, long opts);

    int bpf_btf_load(long btf_data, long btf_size, long opts);

    int bpf_btf_get_fd_by_id(int id);

    int bpf_map_get_fd_by_id(int id);

    int bpf_map_get_fd_by_id_opts(int id, long opts);

    int bpf_prog_get_fd_by_id(int id);

    int bpf_map_get_next_id(int start_id, long next_id);

    int bpf_prog_get_next_id(int start_id, long next_id);

    int bpf_obj_pin(int fd, String pathname);

    int bpf_obj_get_opts(String pathname, long opts);

    int bpf_obj_get_info_by_fd(int bpf_fd, long info, long info_len);

    int bpf_prog_test_run_opts(int prog_fd, long opts);

    long bpf_object__open_mem(long obj_buf, long obj_buf_sz, long opts);

    int bpf_object__load(long obj);

    void bpf_object__close(long obj);

    long bpf_object__next_map(long obj, long map);

    long bpf_object__next_program(long obj, long prog);

    String bpf_map__name(long map);

    int bpf_map__reuse_fd(long map, int fd);

    int bpf_map__set_inner_map_fd(long map, int fd);

    int bpf_map__key_size(long map);

    int bpf_map__set_key_size(long map, int size);

    int bpf_map__set_value_size(long map, int size);

    int bpf_map__set_max_entries(long map, int max_entries);

    /** The initial content of a section's map before the load, and its size at {@code psize}; otherwise 0. */
    long bpf_map__initial_value(long map, long psize);

    int bpf_map__set_initial_value(long map, long data, long size);

    /** NULL as {@code path} removes the path. */
    int bpf_map__set_pin_path(long map, long path);

    /** The second parameter is a C {@code bool}, 0 or 1. */
    int bpf_map__set_autocreate(long map, int autocreate);

    /** Returns a C {@code bool}: only the lowest byte of the register is defined. */
    byte bpf_map__autocreate(long map);

    int bpf_map__map_flags(long map);

    int bpf_map__set_map_flags(long map, int flags);

    int bpf_map__set_type(long map, int type);

    int bpf_map__set_map_extra(long map, long map_extra);

    /** Gives the kernel a struct of functions. Older versions than 1.2 make no link of the kernel, whatever the flags of the map. */
    long bpf_map__attach_struct_ops(long map);

    int bpf_map__fd(long map);

    int bpf_map__type(long map);

    /** The declared inner map of an outer map, before the load; otherwise 0. */
    long bpf_map__inner_map(long map);

    int bpf_map__btf_key_type_id(long map);

    int bpf_map__btf_value_type_id(long map);

    int bpf_object__btf_fd(long obj);

    /** Returns a C {@code bool}: only the lowest byte of the register is defined. */
    byte bpf_map__is_internal(long map);

    String bpf_program__name(long prog);

    String bpf_program__section_name(long prog);

    int bpf_program__fd(long prog);

    /** Returns a C {@code bool}: only the lowest byte of the register is defined. */
    byte bpf_program__autoload(long prog);

    /** Finds the function, tracepoint or hook in the kernel's BTF if the file descriptor is 0. Set the types of the program before. */
    int bpf_program__set_attach_target(long prog, int attach_prog_fd, String attach_func_name);

    /** The second parameter is a C {@code bool}, 0 or 1. */
    int bpf_program__set_autoload(long prog, int autoload);

    /** JNR passes six arguments correctly, because three are objects. */
    long bpf_program__attach_usdt(
            long prog, int pid, String binary_path, String usdt_provider, String usdt_name, long opts);

    String libbpf_version_string();

    int bpf_program__expected_attach_type(long prog);

    int bpf_prog_attach(int prog_fd, int attachable_fd, int type, int flags);

    int bpf_prog_detach2(int prog_fd, int attachable_fd, int type);

    int bpf_link__destroy(long link);

    int bpf_link__fd(long link);

    int bpf_xdp_query_id(int ifindex, int flags, long prog_id);

    int bpf_tc_hook_create(long hook);

    int bpf_tc_attach(long hook, long opts);

    int bpf_tc_query(long hook, long opts);

    int bpf_tc_detach(long hook, long opts);

    int bpf_program__type(long prog);

    int bpf_program__set_type(long prog, int type);

    int bpf_program__set_expected_attach_type(long prog, int type);

    int bpf_program__flags(long prog);

    int bpf_program__set_flags(long prog, int flags);

    int libbpf_num_possible_cpus();

    long libbpf_set_print(PrintFunction fn);

    /** {@code libbpf_print_fn_t}. */
    public interface PrintFunction {
        /** Must not throw: its caller is C code. */
        @Delegate
        int print(int level, long format, long arguments);
    }
}
