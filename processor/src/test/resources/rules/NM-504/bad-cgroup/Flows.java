import dev.nestmap.types.*;

@BpfObject
@BpfProgram(value = "count", section = "cgroup_skb/egress")
interface Flows {
    @BpfMap(type = MapType.PERCPU_HASH, maxEntries = 1024)
//  ^ NM-504 count ... SEC("cgroup_skb/egress") ... opened
    record Opened(@Key @U32 long user, @U64 long files) {}
}
