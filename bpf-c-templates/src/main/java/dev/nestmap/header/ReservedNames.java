/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Identifiers that a generated header can't declare, because C, clang or an included header uses them. */
public final class ReservedNames {
    /** Keywords up to C23 and of GNU C, and the macros of {@code stdbool.h}. */
    private static final Set<String> KEYWORDS = words("""
            alignas alignof asm auto bool break case char const constexpr continue default do double else enum
            extern false float for goto if inline int long nullptr register restrict return short signed sizeof
            static static_assert struct switch thread_local true typedef typeof typeof_unqual union unsigned void
            volatile while
            """);

    /**
     * Names with two leading underscores that clang or {@code linux/bpf.h}, {@code linux/types.h} and {@code bpf/bpf_helpers.h} have
     * taken. C reserves all other such names too, but many BPF programs have maps and fields with them, and clang accepts them.
     */
    private static final Pattern TAKEN =
            Pattern.compile("_[A-Z].*|__[A-Z_].*|__(arg_|atomic_|builtin_|clang|has_|kernel_|sync_).*"
                    + "|__(" + String.join("|", words("""
            aligned_be64 aligned_le64 aligned_s64 aligned_u64 alignof alignof__ always_inline array asm asm__ attribute
            attribute__ auto_type be16 be32 be64 bitwise bitwise__ bool_true_false_are_defined bpf__ bpf_fastcall
            bpf_md_ptr bpf_printk bpf_unreachable bpf_vprintk char16_t char32_t complex complex__ const const__ counted_by
            counted_by_be counted_by_le counted_by_ptr extension__ float128 fp16 func__ hidden ibm128 imag imag__ inline inline__
            int128 int128_t kconfig kptr kptr_ref kptr_untrusted ksym label__ le16 le32 le64 llvm__ must_check noinline null objc_no
            objc_yes percpu_kptr poll_t ptr32 ptr64 real real__ restrict restrict__ s128 s16 s32 s64 s8 signed signed__
            struct_group struct_group_tag sum16 thread type typeof typeof__ typeof_unqual typeof_unqual__ u128 u16 u32
            u64 u8 uint uint128_t ulong uptr volatile volatile__ weak wsum
            """)) + ")");

    /** Other macros of the headers that generated headers include. */
    private static final Set<String> MACROS = words("""
            NULL SEC barrier barrier_var container_of ipv6mr_acaddr offsetof s6_addr s6_addr16 s6_addr32
            """);

    /**
     * Constants and macros of {@code linux/bpf.h}, {@code bpf/bpf_helpers.h} and {@code linux/in6.h}. Newer versions of these headers have
     * more that begin with {@code BPF_}, {@code IPPROTO_} and {@code IPV6_}.
     */
    private static final Pattern CONSTANTS = Pattern.compile("(BPF|IPPROTO|IPV6)_[A-Z0-9_]+"
            + "|BTF_F_[A-Z_]+|MAX_BPF_[A-Z_]+|TCP_BPF_[A-Z_]+|LIBBPF_PIN_(BY_NAME|NONE)|SK_(DROP|PASS|BPF_[A-Z_]+)|TCX_(DROP|NEXT|PASS|REDIRECT)|TRI_(MODULE|NO|YES)"
            + "|XDP_(ABORTED|DROP|PACKET_HEADROOM|PASS|REDIRECT|TX)");

    /**
     * The result of compiling every name in libc, libm and clang's own list of functions with clang 14, 16 and 19 and {@code -target
     * bpf}.
     */
    private static final Set<String> LIBRARY_FUNCTIONS = words("""
            abort abs acos acosf acosh acoshf acoshl acosl aligned_alloc alloca asin asinf asinh asinhf asinhl
            asinl atan atan2 atan2f atan2l atanf atanh atanhf atanhl atanl bcmp bcopy bzero cabs cabsf cabsl cacos
            cacosf cacosh cacoshf cacoshl cacosl calloc carg cargf cargl casin casinf casinh casinhf casinhl casinl
            catan catanf catanh catanhf catanhl catanl cbrt cbrtf cbrtl ccos ccosf ccosh ccoshf ccoshl ccosl ceil
            ceilf ceill cexp cexpf cexpl cimag cimagf cimagl clog clogf clogl conj conjf conjl copysign copysignf
            copysignl cos cosf cosh coshf coshl cosl cpow cpowf cpowl cproj cprojf cprojl creal crealf creall csin
            csinf csinh csinhf csinhl csinl csqrt csqrtf csqrtl ctan ctanf ctanh ctanhf ctanhl ctanl erf erfc erfcf
            erfcl erff erfl exit exp exp2 exp2f exp2l expf expl expm1 expm1f expm1l fabs fabsf fabsl fdim fdimf
            fdiml finite finitef finitel floor floorf floorl fma fmaf fmal fmax fmaxf fmaxl fmin fminf fminl fmod
            fmodf fmodl free frexp frexpf frexpl hypot hypotf hypotl ilogb ilogbf ilogbl index isalnum isalpha
            isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper isxdigit labs ldexp ldexpf
            ldexpl lgamma lgammaf lgammal llabs llrint llrintf llrintl llround llroundf llroundl log log10 log10f
            log10l log1p log1pf log1pl log2 log2f log2l logb logbf logbl logf logl lrint lrintf lrintl lround
            lroundf lroundl malloc memalign memccpy memchr memcmp memcpy memmove mempcpy memset modf modff modfl
            nan nanf nanl nearbyint nearbyintf nearbyintl nextafter nextafterf nextafterl nexttoward nexttowardf
            nexttowardl pow powf powl printf realloc remainder remainderf remainderl remquo remquof remquol rindex
            rint rintf rintl round roundeven roundevenf roundevenl roundf roundl scalbln scalblnf scalblnl scalbn
            scalbnf scalbnl scanf sin sinf sinh sinhf sinhl sinl snprintf sprintf sqrt sqrtf sqrtl sscanf stpcpy
            stpncpy strcasecmp strcat strchr strcmp strcpy strcspn strdup strerror strlen strncasecmp strncat
            strncmp strncpy strndup strpbrk strrchr strspn strstr strtod strtof strtok strtol strtold strtoll
            strtoul strtoull strxfrm tan tanf tanh tanhf tanhl tanl tgamma tgammaf tgammal tolower toupper trunc
            truncf truncl vfork vprintf vscanf vsnprintf vsprintf vsscanf wcschr wcscmp wcslen wcsncmp wmemchr
            wmemcmp wmemcpy wmemmove
            """);

    /** The tags of {@code linux/bpf.h}: all of Linux 6.1, and some of newer versions. */
    private static final Set<String> TAGS_OF_BPF_HEADER = words("""
            __sk_buff bpf_addr_space_cast bpf_adj_room_mode bpf_attach_type bpf_attr bpf_btf_info bpf_cgroup_dev_ctx
            bpf_cgroup_iter_order bpf_cgroup_storage_key bpf_check_mtu_flags bpf_check_mtu_ret bpf_cmd
            bpf_common_attr bpf_cond_pseudo_jmp bpf_core_relo bpf_core_relo_kind bpf_cpumap_val bpf_devmap_val bpf_dynptr bpf_fib_lookup
            bpf_flow_keys bpf_func_id bpf_func_info bpf_hdr_start_off bpf_insn bpf_insn_array_value bpf_iter_link_info
            bpf_iter_num bpf_kfunc_flags bpf_line_info bpf_link_info bpf_link_type bpf_list_head bpf_list_node
            bpf_lpm_trie_key bpf_lpm_trie_key_hdr bpf_lpm_trie_key_u8 bpf_lwt_encap_mode bpf_map_info bpf_map_type
            bpf_perf_event_type bpf_perf_event_value bpf_pidns_info bpf_prog_info bpf_prog_type bpf_raw_tracepoint_args
            bpf_rb_node bpf_rb_root bpf_redir_neigh bpf_refcount bpf_ret_code bpf_sk_lookup bpf_sock bpf_sock_addr
            bpf_sock_ops bpf_sock_tuple bpf_sockopt bpf_spin_lock bpf_stack_build_id bpf_stack_build_id_status
            bpf_stats_type bpf_sysctl bpf_task_fd_type bpf_task_work bpf_tcp_sock bpf_timer bpf_token_info
            bpf_tunnel_key bpf_wq bpf_xdp_sock bpf_xfrm_state btf_ptr sk_action sk_msg_md sk_reuseport_md tcx_action_base
            xdp_action xdp_md
            """);

    /** The helpers of {@code bpf/bpf_helper_defs.h} (libbpf 1.1), without {@code bpf_}. The kernel gets no more of them. */
    private static final Set<String> HELPERS = words("""
            bind bprm_opts_set btf_find_by_name_kind cgrp_storage_delete cgrp_storage_get check_mtu clone_redirect
            copy_from_user copy_from_user_task csum_diff csum_level csum_update current_task_under_cgroup d_path dynptr_data
            dynptr_from_mem dynptr_read dynptr_write fib_lookup find_vma for_each_map_elem get_attach_cookie
            get_branch_snapshot get_cgroup_classid get_current_ancestor_cgroup_id get_current_cgroup_id get_current_comm
            get_current_pid_tgid get_current_task get_current_task_btf get_current_uid_gid get_func_arg get_func_arg_cnt
            get_func_ip get_func_ret get_hash_recalc get_listener_sock get_local_storage get_netns_cookie
            get_ns_current_pid_tgid get_numa_node_id get_prandom_u32 get_retval get_route_realm get_smp_processor_id
            get_socket_cookie get_socket_uid get_stack get_stackid get_task_stack getsockopt ima_file_hash ima_inode_hash
            inode_storage_delete inode_storage_get jiffies64 kallsyms_lookup_name kptr_xchg ktime_get_boot_ns
            ktime_get_coarse_ns ktime_get_ns ktime_get_tai_ns l3_csum_replace l4_csum_replace load_hdr_opt loop
            lwt_push_encap lwt_seg6_action lwt_seg6_adjust_srh lwt_seg6_store_bytes map_delete_elem map_lookup_elem
            map_lookup_percpu_elem map_peek_elem map_pop_elem map_push_elem map_update_elem msg_apply_bytes msg_cork_bytes
            msg_pop_data msg_pull_data msg_push_data msg_redirect_hash msg_redirect_map override_return per_cpu_ptr
            perf_event_output perf_event_read perf_event_read_value perf_prog_read_value probe_read probe_read_kernel
            probe_read_kernel_str probe_read_str probe_read_user probe_read_user_str probe_write_user rc_keydown
            rc_pointer_rel rc_repeat read_branch_records redirect redirect_map redirect_neigh redirect_peer reserve_hdr_opt
            ringbuf_discard ringbuf_discard_dynptr ringbuf_output ringbuf_query ringbuf_reserve ringbuf_reserve_dynptr
            ringbuf_submit ringbuf_submit_dynptr send_signal send_signal_thread seq_printf seq_printf_btf seq_write set_hash
            set_hash_invalid set_retval setsockopt sk_ancestor_cgroup_id sk_assign sk_cgroup_id sk_fullsock sk_lookup_tcp
            sk_lookup_udp sk_redirect_hash sk_redirect_map sk_release sk_select_reuseport sk_storage_delete sk_storage_get
            skb_adjust_room skb_ancestor_cgroup_id skb_cgroup_classid skb_cgroup_id skb_change_head skb_change_proto
            skb_change_tail skb_change_type skb_ecn_set_ce skb_get_tunnel_key skb_get_tunnel_opt skb_get_xfrm_state
            skb_load_bytes skb_load_bytes_relative skb_output skb_pull_data skb_set_tstamp skb_set_tunnel_key
            skb_set_tunnel_opt skb_store_bytes skb_under_cgroup skb_vlan_pop skb_vlan_push skc_lookup_tcp skc_to_mptcp_sock
            skc_to_tcp6_sock skc_to_tcp_request_sock skc_to_tcp_sock skc_to_tcp_timewait_sock skc_to_udp6_sock
            skc_to_unix_sock snprintf snprintf_btf sock_from_file sock_hash_update sock_map_update sock_ops_cb_flags_set
            spin_lock spin_unlock store_hdr_opt strncmp strtol strtoul sys_bpf sys_close sysctl_get_current_value
            sysctl_get_name sysctl_get_new_value sysctl_set_new_value tail_call task_pt_regs task_storage_delete
            task_storage_get tcp_check_syncookie tcp_gen_syncookie tcp_raw_check_syncookie_ipv4 tcp_raw_check_syncookie_ipv6
            tcp_raw_gen_syncookie_ipv4 tcp_raw_gen_syncookie_ipv6 tcp_send_ack tcp_sock this_cpu_ptr timer_cancel timer_init
            timer_set_callback timer_start trace_printk trace_vprintk user_ringbuf_drain xdp_adjust_head xdp_adjust_meta
            xdp_adjust_tail xdp_get_buff_len xdp_load_bytes xdp_output xdp_store_bytes
            tail_call_static
            """);

    /** Structs of addresses in headers for user space, which the kernel never changes, with their sizes in bytes. */
    private static final Map<String, Integer> ADDRESSES_IN = Map.of(
            "in_addr", 4, "in_pktinfo", 12, "ip_mreq", 8, "ip_mreq_source", 12, "ip_mreqn", 12, "sockaddr_in", 16);

    private static final Map<String, Integer> ADDRESSES_IN6 =
            Map.of("in6_addr", 16, "in6_flowlabel_req", 32, "ipv6_mreq", 20, "sockaddr_in6", 28);

    private ReservedNames() {}

    /**
     * Whether an identifier is a keyword, a macro of an included header, or one with leading underscores that clang or an included header has
     * taken or may take.
     */
    public static boolean isReserved(String identifier) {
        return isKeyword(identifier)
                || MACROS.contains(identifier)
                || TAKEN.matcher(identifier).matches();
    }

    /** Whether this is the name of a constant in an included header. Maps and enumerators can't have such a name. Tags and fields can. */
    public static boolean isConstant(String identifier) {
        return CONSTANTS.matcher(identifier).matches();
    }

    /** Whether C has this word as a keyword. */
    public static boolean isKeyword(String identifier) {
        return KEYWORDS.contains(identifier);
    }

    /**
     * Whether clang declares an identifier as a function of the C library without any header: {@code log}, {@code index}, {@code
     * round}. A map can't have such a name ("redefinition as different kind of symbol"). Tags, fields and enumerators can.
     */
    public static boolean isLibraryFunction(String identifier) {
        return LIBRARY_FUNCTIONS.contains(identifier);
    }

    /** Whether {@code bpf/bpf_helpers.h} declares a function with this name. Maps, variables, enumerators and helpers can't have it. */
    public static boolean isFunctionOfBpfHeader(String identifier) {
        return identifier.startsWith("bpf_") && HELPERS.contains(identifier.substring("bpf_".length()));
    }

    /** Whether {@code linux/bpf.h} defines a type with this tag. Every generated header of maps includes it, so none can define it again. */
    public static boolean isTagOfBpfHeader(String tag) {
        return TAGS_OF_BPF_HEADER.contains(tag);
    }

    /**
     * The header for user space that a record names to use its type with this tag; empty if the tag or a type of this size is in none of the
     * headers that generated headers may include.
     *
     * @param size in bytes
     */
    public static Optional<String> header(String tag, long size) {
        if (isTagOfBpfHeader(tag)) {
            return Optional.of("linux/bpf.h");
        }
        if (ADDRESSES_IN.getOrDefault(tag, 0) == size && size > 0) {
            return Optional.of("linux/in.h");
        }
        return ADDRESSES_IN6.getOrDefault(tag, 0) == size && size > 0 ? Optional.of("linux/in6.h") : Optional.empty();
    }

    /** Whether a header for user space that generated headers may include, or the {@code vmlinux.h} of every kernel, has a type with this tag. */
    public static boolean isTagOfKernel(String tag) {
        return isTagOfBpfHeader(tag) || ADDRESSES_IN.containsKey(tag) || ADDRESSES_IN6.containsKey(tag);
    }

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }
}
