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
