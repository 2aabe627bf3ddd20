/** Whatever their content: the server says best what is wrong with them. */
const images =
  /\.(?:tiff?|btf|tf[28]|svs|ndpi|scn|mrxs|bif|vms|qptiff|zip|jpe?g|jfif|png|webp|gif|jp2|j2k|jpf|jpx|jph|jxl|heic|heif|avif|bmp|psd|dng|czi|nd2|lif|dcm)$/i;

const beside =
  /^\.|^(?:Thumbs\.db|desktop\.ini)$|\.(?:txt|md|rtf|pdf|docx?|xlsx?|pptx?|odt|ods|html?|css|js|ts|py|sh|bat|log|ini|cfg|conf|toml|ya?ml|xml|json|geojson|csv|tsv|dat|db|lnk|url|md5|sha\d+|asc|[tjp]gw|tfwx?|jgwx?|wld|prj|aux|exe|dll)$/i;

const longestHeadBytes = 1_024;

/** What scanners and systems put beside images, by its name; and texts, whatever they are called. */
export async function isNoImage(file: File): Promise<boolean> {
  if (images.test(file.name)) return false;
  return beside.test(file.name) || isText(file);
}

async function isText(file: File): Promise<boolean> {
  const head = await file
    .slice(0, longestHeadBytes)
    .text()
    .catch(() => "");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what texts don't have
  return head !== "" && !/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(head.slice(0, -1));
}
