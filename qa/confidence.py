"""placeholder"""
from dataclasses import dataclass
@dataclass(frozen=True, slots=True)
class Verdict:
    confidence: float
    reason: str = ""
def judge(question, evidence, hits):
    return Verdict(1.0)
