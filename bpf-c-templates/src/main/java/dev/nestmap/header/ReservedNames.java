/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.header;

import java.util.Set;

/** Identifiers that C or clang reserves. */
public final class ReservedNames {
    /** Keywords up to C23 and of GNU C, and the macros of {@code stdbool.h}. */
    private static final Set<String> KEYWORDS = words("""
            alignas alignof asm auto bool break case char const constexpr continue default do double else enum
            extern false float for goto if inline int long nullptr register restrict return short signed sizeof
            static static_assert struct switch thread_local true typedef typeof typeof_unqual union unsigned void
            volatile while
            """);

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

    private ReservedNames() {}

    /** Whether C reserves an identifier in every scope: keywords, and names with leading underscores. */
    public static boolean isReserved(String identifier) {
        return isKeyword(identifier) || identifier.matches("_[_A-Z].*");
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

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }
}
