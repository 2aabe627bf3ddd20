import { Text } from "@mantine/core";
import { useEffect, useState } from "react";

const patienceMs = 3_000;

/** Beside what stands for an answer: a server that hangs refuses nothing, and would be waited for without a word. */
export function LateAnswer() {
  const [isLate, setIsLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLate(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Text role="status" mb={isLate ? "lg" : 0}>
      {isLate && "The server does not answer yet. Still waiting…"}
    </Text>
  );
}
