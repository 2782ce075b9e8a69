@BpfObject
interface Flows {
    @External(header = "<linux/if_ether.h>")
//                     ^ NM-217 "<linux/if_ether.h>"
    @Name("ethhdr")
    record Ethernet(@Size(6) @U8 int[] destination, @Be16 int protocol) {}

    @External(header = "my.h\"\n#include \"evil.h")
//                     ^ NM-217 my.h"?#include "evil.h
    record Point(int x, int y) {}

    @External(header = "../my_types.h")
//                     ^ NM-217
    enum Mode {
        OFF
    }

    @External(header = "")
//                     ^ NM-217
    @Union
    sealed interface Word {
        record Number(int number) implements Word {}
    }

    record Words(dev.nestmap.types.Untagged<Word> word, Mode mode) {}

    @BpfMap(maxEntries = 16)
    record Flow(@Key int id, Ethernet ethernet, Point point, Words words) {}
}
